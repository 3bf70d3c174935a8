/** By default the server loads 20 batches of tasks of a history shard a second: turns would wait for that. */
const POLLS_PER_SECOND = 5000;
/** A task that a version of workers cannot do is tried again after this at most, so that the next version gets it soon. */
const TASK_RETRY = '5s';
/**
 * Readers of a conversation who may wait at once for its running workflow task. By default it is one: any other is refused, and tries
 * again after a second, so that who watches saw a reply up to two seconds late whenever somebody else read, too.
 */
const WAITING_QUERIES = 100;

/**
 * How long the state of a conversation stays in memory after it was read; by default an hour, so that 10,000 conversations take 300 MB.
 * To read it again costs less than can be measured. Whoever waits for an update of a workflow has it tried again when its state is
 * dropped: with 5 s, the workflow with which Temporal manages the versions of workers came to no end.
 */
const CACHED_FOR = '30s';
const DROPPED_EVERY = '10s';

/**
 * The matcher that later servers have by default. With the older one, a task that has found no worker at once may wait for two
 * seconds more when one is there. Each takes what the other has stored.
 */
const USES_NEW_MATCHER = true;

/** What differs from the defaults of Temporal's server, on the development server and on the cluster. */
export const DYNAMIC_CONFIG: Record<string, unknown> = {
  'system.enableActivityEagerExecution': true,
  'matching.useNewMatcher': USES_NEW_MATCHER,
  'history.transferProcessorMaxPollRPS': POLLS_PER_SECOND,
  'history.timerProcessorMaxPollRPS': POLLS_PER_SECOND,
  'history.visibilityProcessorMaxPollRPS': POLLS_PER_SECOND,
  'history.MaxBufferedQueryCount': WAITING_QUERIES,
  'history.workflowTaskRetryMaxInterval': TASK_RETRY,
  'history.cacheTTL': CACHED_FOR,
  'history.cacheBackgroundEvict': { Enabled: true, LoopInterval: DROPPED_EVERY, MaxEntryPerCall: 1024 },
};

/** The same for the production server. With fairness, which the development server cannot do yet: what waits when it is switched on would be left lying. */
export const SERVER_DYNAMIC_CONFIG: Record<string, unknown> = {
  ...DYNAMIC_CONFIG,
  'matching.enableFairness': true,
};
