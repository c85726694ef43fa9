// Draws the descriptions of documents: paragraphs, lists, headings, code and links of Markdown. Everything else is text.
import type { ComponentChildren } from 'preact';

interface Block {
  readonly kind: 'paragraph' | 'heading' | 'code' | 'list' | 'numbers';
  readonly lines: string[];
}

const ITEM = /^\s{0,3}[-*+]\s+/;
const NUMBER = /^\s{0,3}\d{1,3}[.)]\s+/;
const HEADING = /^\s{0,3}#{1,6}\s+/;
const FENCE = /^\s{0,3}(```|~~~)/;

export function Markdown({ text }: { readonly text: string }) {
  return (
    <div class="markdown">
      {blocksOf(withoutTags(text)).map((block, index) => (
        <BlockView key={index} block={block} />
      ))}
    </div>
  );
}

const TAG = /<(\/?)(p|br|code|a|strong|b|em|i|ul|ol|li)(\s[^<>]{0,1000})?>/gi;

/** The few tags of HTML that descriptions use in place of Markdown, as Markdown. All others stay text. */
function withoutTags(text: string): string {
  const links: (string | undefined)[] = [];
  return text.replace(TAG, (_tag, slash: string, name: string, attributes = '') => {
    const isEnd = slash !== '';
    switch (name.toLowerCase()) {
      case 'code':
        return '`';
      case 'strong':
      case 'b':
        return '**';
      case 'em':
      case 'i':
        return '';
      case 'br':
        return '\n\n';
      case 'li':
        return isEnd ? '' : '\n- ';
      case 'a': {
        if (!isEnd) links.push(/\shref="(https?:[^"]+)"/.exec(attributes)?.[1]);
        const url = isEnd ? links.pop() : links.at(-1);
        return url === undefined ? '' : isEnd ? `](${url})` : '[';
      }
      default:
        return '\n\n';
    }
  });
}

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let open: Block | undefined;
  const add = (kind: Block['kind'], ...lines: string[]): void => {
    open = { kind, lines };
    blocks.push(open);
  };
  let isCode = false;
  for (const line of text.split(/\r?\n/)) {
    if (FENCE.test(line)) {
      isCode = !isCode;
      if (isCode) add('code');
      else open = undefined;
    } else if (isCode) open?.lines.push(line);
    else if (line.trim() === '') open = undefined;
    else if (HEADING.test(line)) {
      add('heading', line.replace(HEADING, ''));
      open = undefined;
    } else if (ITEM.test(line)) {
      if (open?.kind === 'list') open.lines.push(line.replace(ITEM, ''));
      else add('list', line.replace(ITEM, ''));
    } else if (NUMBER.test(line)) {
      if (open?.kind === 'numbers') open.lines.push(line.replace(NUMBER, ''));
      else add('numbers', line.replace(NUMBER, ''));
    } else if (open === undefined) add('paragraph', line);
    else open.lines[open.lines.length - 1] += `\n${line.trim()}`;
  }
  return blocks;
}

function BlockView({ block: { kind, lines } }: { readonly block: Block }) {
  switch (kind) {
    case 'code':
      return (
        <pre class="code-block">
          <code>{lines.join('\n')}</code>
        </pre>
      );
    case 'heading':
      return (
        <p>
          <strong>
            <InlineMarkdown text={lines.join(' ')} />
          </strong>
        </p>
      );
    case 'paragraph':
      return (
        <p>
          <InlineMarkdown text={lines.join('\n')} />
        </p>
      );
    default: {
      const items = lines.map((line, index) => (
        <li key={index}>
          <InlineMarkdown text={line} />
        </li>
      ));
      return kind === 'list' ? <ul>{items}</ul> : <ol>{items}</ol>;
    }
  }
}

/** Each alternative is bounded, so that a long text costs linear time. */
const INLINE =
  /`([^`\n]{1,500})`|\*\*([^*\n]{1,500})\*\*|\[([^[\]\n]{1,300})\]\((https?:\/\/[^\s()]{1,1000})\)/g;

/** Code, emphasis and links of one paragraph. */
export function InlineMarkdown({ text }: { readonly text: string }) {
  const parts: ComponentChildren[] = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    const [all, code, strong, label, url] = match;
    parts.push(text.slice(from, match.index));
    from = match.index + all.length;
    if (code !== undefined) parts.push(<code>{code}</code>);
    else if (strong !== undefined) parts.push(<strong>{strong}</strong>);
    else
      parts.push(
        <a href={url ?? ''} target="_blank" rel="noopener noreferrer">
          {label}
        </a>,
      );
  }
  parts.push(text.slice(from));
  return <>{parts}</>;
}
