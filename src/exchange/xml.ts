// Reads and writes XML as a tree of elements.
import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';
import { isObject } from './json.ts';

export interface XmlElement {
  /** As written, with the prefix. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** The content, in order. */
  readonly nodes: readonly XmlNode[];
}

export interface XmlText {
  readonly text: string;
  readonly isCdata: boolean;
}

export type XmlNode = XmlElement | XmlText;

const ATTRIBUTES = ':@';
const TEXT = '#text';
const CDATA = '#cdata';

const OPTIONS = {
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  textNodeName: TEXT,
  cdataPropName: CDATA,
};

const PARSER = new XMLParser({
  ...OPTIONS,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
});

const BUILDER = new XMLBuilder({ ...OPTIONS, suppressEmptyNode: true });

/** @returns the root element, or why the text is not XML; the reason quotes nothing of the text */
export function parseXml(text: string): XmlElement | string {
  const valid = XMLValidator.validate(text);
  if (valid !== true) return `it is not XML: the error is at line ${valid.err.line}, column ${valid.err.col}`;
  let nodes: unknown;
  try {
    nodes = PARSER.parse(text);
  } catch {
    return 'it is not XML, is nested too deeply, or has too many entities';
  }
  const root = nodesOf(nodes).find(node => 'name' in node);
  return root ?? 'it is not XML: it has no element';
}

function nodesOf(parsed: unknown): XmlNode[] {
  return (Array.isArray(parsed) ? parsed : []).flatMap((node: unknown): XmlNode[] => {
    const [name, content] =
      Object.entries(isObject(node) ? node : {}).find(([key]) => key !== ATTRIBUTES) ?? [];
    if (name === undefined) return [];
    if (name === TEXT) return [{ text: String(content), isCdata: false }];
    if (name === CDATA) return [{ text: directText({ nodes: nodesOf(content) }), isCdata: true }];
    const attributes = isObject(node) && isObject(node[ATTRIBUTES]) ? node[ATTRIBUTES] : {};
    return [
      {
        name,
        attributes: new Map(Object.entries(attributes).map(([key, value]) => [key, String(value)])),
        nodes: nodesOf(content),
      },
    ];
  });
}

/** The elements directly in an element. */
export function childElements({ nodes }: Pick<XmlElement, 'nodes'>): XmlElement[] {
  return nodes.filter(node => 'name' in node);
}

/** The text directly in an element. */
export function directText({ nodes }: Pick<XmlElement, 'nodes'>): string {
  return nodes.map(node => ('name' in node ? '' : node.text)).join('');
}

/** Writes the element with an XML declaration. Characters that XML does not allow in names and text are replaced. */
export function writeXmlElement(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${BUILDER.build([nodeOf(root)])}`;
}

function nodeOf(node: XmlNode): Record<string, unknown> {
  if (!('name' in node)) {
    const text = { [TEXT]: xmlText(node.text) };
    return node.isCdata ? { [CDATA]: [text] } : text;
  }
  const { name, attributes, nodes } = node;
  return {
    [xmlName(name)]: nodes.filter(each => 'name' in each || each.text !== '').map(nodeOf),
    [ATTRIBUTES]: Object.fromEntries([...attributes].map(([key, value]) => [xmlName(key), xmlText(value)])),
  };
}

function xmlName(name: string): string {
  const valid = name.replace(/[^\p{L}\p{N}_.:-]/gu, '_');
  return /^[\p{L}_]/u.test(valid) ? valid : `_${valid}`;
}

/** XML 1.0 section 2.2. */
function xmlText(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}

const MEMBER_BUILDER = new XMLBuilder({});

/** Writes an object as elements that have the names of its members, without a declaration. */
export function writeXmlMembers(value: Readonly<Record<string, unknown>>): string {
  return MEMBER_BUILDER.build(value);
}
