/** What commands tell of an agent of the config. */
export interface AgentInfo {
  name: string;
  description?: string;
  /** `provider/model` names that `/model` may choose; the first is its own. */
  models: string[];
}
