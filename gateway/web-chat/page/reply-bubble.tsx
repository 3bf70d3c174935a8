import { ApprovalCard } from './approval-card.tsx';
import { Markdown } from './markdown.tsx';
import { type Piece, piecesOf, type Reply, waitsForApprover } from './reply.ts';
import { ReplyButtons } from './reply-buttons.tsx';
import { ReplyFiles } from './reply-files.tsx';
import { ToolCall } from './tool-call.tsx';

const ENDS: Partial<Record<string, string>> = {
  failed: 'Failed',
  stopped: 'Stopped',
  interrupted: 'Interrupted',
};

interface ReplyBubbleProps {
  reply: Reply;
  /** Set while nothing was said since: then its buttons can be pressed. */
  onChoice?: ((value: string) => void) | undefined;
  /** What was said here and is not in the conversation yet. */
  onTheWay: ReadonlySet<string>;
  /** A request for approval was answered by this button. */
  onDecision(value: string): void;
}

/** What a turn shows, from its first words to its end. */
export function ReplyBubble({ reply, onChoice, onTheWay, onDecision }: ReplyBubbleProps) {
  const pieces = piecesOf(reply);
  const last = pieces.at(-1);
  const quiet = !(last && 'text' in last) && pieces.every(isOver);
  const ended = reply.end && ENDS[reply.end.status];
  return (
    <li class={`reply ${reply.end?.status ?? 'running'}`} data-turn={reply.turn} aria-busy={!reply.end}>
      <span class="sr-only">holdfast: </span>
      <div class="bubble">
        {ended && <p class="ended">{ended}</p>}
        {pieces.map((piece, index) => {
          if ('text' in piece) return <Markdown key={index} text={piece.text} />;
          if ('approval' in piece)
            return (
              <ApprovalCard
                key={piece.approval.id}
                approval={piece.approval}
                onTheWay={onTheWay}
                onDecision={onDecision}
              />
            );
          return (
            <ul key={index} class="calls" aria-label="Tool calls">
              {piece.calls.map((call) => (
                <ToolCall
                  key={call.id}
                  call={call}
                  abandoned={reply.end !== undefined}
                  waits={waitsForApprover(reply, piece.calls, call)}
                />
              ))}
            </ul>
          );
        })}
        {reply.end?.files && <ReplyFiles files={reply.end.files} />}
        {reply.end?.buttons && <ReplyButtons buttons={reply.end.buttons} onChoice={onChoice} />}
        {quiet && !reply.end && <Dots />}
      </div>
    </li>
  );
}

/** Whether nothing of it goes on. */
function isOver(piece: Piece): boolean {
  if ('calls' in piece) return piece.calls.every((call) => call.result);
  return !('approval' in piece) || piece.approval.decision !== undefined;
}

/** A turn that has not said anything yet. */
export function Waiting() {
  return (
    <li class="reply running" aria-hidden="true">
      <div class="bubble">
        <Dots />
      </div>
    </li>
  );
}

function Dots() {
  return (
    <p class="dots" aria-hidden="true">
      <i />
      <i />
      <i />
    </p>
  );
}
