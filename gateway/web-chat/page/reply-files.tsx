import type { OutgoingFile } from '../../../contract/delivery.ts';

/** The files of a reply. Only what the reply itself carries is shown: a picture from elsewhere would tell its server of the chat. */
export function ReplyFiles({ files }: { files: OutgoingFile[] }) {
  return (
    <ul class="files" aria-label="Files">
      {files.map((file, index) => (
        <li key={index}>
          <File file={file} />
        </li>
      ))}
    </ul>
  );
}

function File({ file: { name, mediaType, url } }: { file: OutgoingFile }) {
  if (url.startsWith('data:'))
    return (
      <a href={url} download={name}>
        {mediaType.startsWith('image/') && url.startsWith('data:image/') && <img src={url} alt="" />}
        {name}
      </a>
    );
  if (/^https?:/i.test(url))
    return (
      <a href={url} target="_blank" rel="noopener noreferrer">
        {name}
      </a>
    );
  return <span>{name} (not kept any more)</span>;
}
