import type { Filter } from './api.ts';

const PLATFORMS = [
  'web',
  'telegram',
  'discord',
  'slack',
  'feishu',
  'wechat',
  'wecom',
  'whatsapp',
  'teams',
  'google-chat',
  'line',
  'matrix',
  'http',
  'person',
];
const STATUSES = { running: 'Running', 'awaiting-approval': 'Waits for approval', idle: 'Idle' };

/** Which conversations are shown. */
export function Filters({ filter, onFilter }: { filter: Filter; onFilter(filter: Filter): void }) {
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <label class="sr-only" for="sender">
        Sender
      </label>
      <input
        id="sender"
        type="search"
        placeholder="Name or id of a sender"
        autocomplete="off"
        value={filter.sender}
        onInput={(event) => onFilter({ ...filter, sender: event.currentTarget.value })}
      />
      <label class="sr-only" for="platform">
        Platform
      </label>
      <select
        id="platform"
        value={filter.platform}
        onChange={(event) => onFilter({ ...filter, platform: event.currentTarget.value })}
      >
        <option value="">All platforms</option>
        {PLATFORMS.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <label class="sr-only" for="status">
        Status
      </label>
      <select
        id="status"
        value={filter.status}
        onChange={(event) => onFilter({ ...filter, status: event.currentTarget.value })}
      >
        <option value="">Any status</option>
        {Object.entries(STATUSES).map(([status, word]) => (
          <option key={status} value={status}>
            {word}
          </option>
        ))}
      </select>
    </form>
  );
}
