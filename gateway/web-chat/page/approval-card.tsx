import { useRef } from 'preact/hooks';
import { maskSecrets } from '../../../contract/mask-secrets.ts';
import type { ToolOutcome } from '../../../contract/tool-call.ts';
import { LockIcon, OutcomeIcon } from './icons.tsx';
import { Markdown } from './markdown.tsx';
import type { Approval } from './reply.ts';
import { ReplyButtons } from './reply-buttons.tsx';

type Decision = NonNullable<Approval['decision']>;

const ICONS: Record<Decision['outcome'], ToolOutcome> = {
  approved: 'ok',
  denied: 'denied',
  expired: 'cancelled',
  cancelled: 'cancelled',
};

interface ApprovalCardProps {
  approval: Approval;
  /** What was said here and is not in the conversation yet. */
  onTheWay: ReadonlySet<string>;
  onDecision(value: string): void;
}

/** A call that waits to be allowed: what it is, how to decide, and at last what was decided. */
export function ApprovalCard({ approval, onTheWay, onDecision }: ApprovalCardProps) {
  const { id, tool, shown, scope, expiresAt, buttons, task, decision } = approval;
  const card = useRef<HTMLElement>(null);
  const title = `approval-${id}`;

  function decide(value: string): void {
    // The buttons go; who came to them by keyboard is to stay here.
    card.current?.focus();
    onDecision(value);
  }

  return (
    <section class="approval" ref={card} tabIndex={-1} aria-labelledby={title} data-open={!decision}>
      <h2 id={title}>
        {decision ? <OutcomeIcon outcome={ICONS[decision.outcome]} /> : <LockIcon />}
        {decision ? decisionOf(decision, task) : `Approval needed${task ? ` by task ${task}` : ''}`}
      </h2>
      <Markdown text={shown} />
      {!decision && (
        <>
          <ReplyButtons
            label={`Decide about ${tool}`}
            buttons={buttons}
            onChoice={buttons.some(({ value }) => onTheWay.has(value)) ? undefined : decide}
          />
          <p class="terms">
            “For this conversation” and “Always” cover every call of <code>{tool}</code>
            {scope !== '' && (
              <>
                {' '}
                for <code>{maskSecrets(scope)}</code>
              </>
            )}
            . Undecided, it is refused at {timeOf(expiresAt)}.
          </p>
        </>
      )}
    </section>
  );
}

function decisionOf({ outcome, reach = 'once', by }: Decision, task: string | undefined): string {
  const who = by === undefined ? '' : ` by ${by}`;
  switch (outcome) {
    case 'approved':
      return `Approved${who}${{ once: '', conversation: ', for this conversation', always: ', always' }[reach]}`;
    case 'denied':
      return `Denied${who}`;
    case 'expired':
      return 'Expired: nobody decided in time';
    case 'cancelled':
      return task ? 'Not decided: the task has ended' : 'Not decided: the turn was stopped';
  }
}

function timeOf(at: number): string {
  return new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}
