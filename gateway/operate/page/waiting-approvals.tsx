import { useState } from 'preact/hooks';
import { ApprovalCard } from '../../web-chat/page/approval-card.tsx';
import { type Decision, decide, type Waiting } from './api.ts';

const DECISIONS: Record<string, Decision> = {
  Approve: { decision: 'approve', reach: 'once' },
  'For this conversation': { decision: 'approve', reach: 'conversation' },
  Always: { decision: 'approve', reach: 'always' },
  Deny: { decision: 'deny' },
};
const BUTTONS = Object.keys(DECISIONS).map((label) => ({ label, value: label }));

interface WaitingApprovalsProps {
  waiting: Waiting[];
  onSelect(conversation: string): void;
}

/** What waits for an approver, wherever that is. */
export function WaitingApprovals({ waiting, onSelect }: WaitingApprovalsProps) {
  if (waiting.length === 0) return null;
  return (
    <section class="undecided" aria-label="Waiting for approval">
      {waiting.map((one) => (
        <WaitingApproval key={`${one.conversation} ${one.id}`} waiting={one} onSelect={onSelect} />
      ))}
    </section>
  );
}

function WaitingApproval({ waiting, onSelect }: { waiting: Waiting; onSelect(conversation: string): void }) {
  const [decided, setDecided] = useState<string>();
  const [problem, setProblem] = useState<string>();
  async function choose(label: string): Promise<void> {
    const decision = DECISIONS[label];
    if (!decision) return;
    setDecided(label);
    try {
      await decide(waiting, decision);
      setProblem(undefined);
    } catch (error) {
      setDecided(undefined);
      setProblem(error instanceof Error ? error.message : String(error));
    }
  }
  return (
    <article>
      <button type="button" class="of" onClick={() => onSelect(waiting.conversation)}>
        {waiting.conversation}
      </button>
      <ApprovalCard
        approval={{ ...waiting, buttons: BUTTONS, step: 0 }}
        onTheWay={new Set(decided ? [decided] : [])}
        onDecision={(label) => void choose(label)}
      />
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </article>
  );
}
