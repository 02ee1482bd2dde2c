import { createTransport } from '@rielrails/kit';
import type { Sandbox } from '../launcher/sandbox.ts';

/** A page in a browser without scripts. */
export interface Page {
  readonly status: number;
  readonly html: string;
  /** Sends the page's form, or the one of this id, as its button would; fields that are filled in already go along. */
  press(fields: Readonly<Record<string, string>>, id?: string): Promise<Page>;
  /** What a script of the page sends to a host of the emulated internet. */
  post(
    address: string,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>>,
  ): Promise<Page>;
  /** Follows the link with these words. */
  follow(words: string): Promise<Page>;
}

const MOST_REDIRECTS = 3;

/** Opens an address of the emulated internet, as the sandbox's page does in a new tab. */
export async function openPage({ ready }: Sandbox, address: string): Promise<Page> {
  const world = new URL(ready.url);
  const fetch = createTransport({ loopbackPorts: [Number(world.port)] });
  const reroute = (asked: string) => {
    const { host, pathname, search } = new URL(asked);
    return new URL(`/host/${host}${pathname}${search}`, world);
  };

  async function load(request: Request, redirects = 0): Promise<Page> {
    const response = await fetch(request, {});
    const location = response.headers.get('location');
    if (location !== null && response.status < 400 && response.status >= 300 && redirects < MOST_REDIRECTS)
      return load(visit(new URL(location, request.url)), redirects + 1);
    return pageOf(new URL(request.url), response.status, await response.text());
  }

  function pageOf(url: URL, status: number, html: string): Page {
    return {
      status,
      html,
      press(fields, id) {
        const forms = [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)];
        const form = forms.find(([, own = '']) => id === undefined || attributeOf(own, 'id') === id);
        if (!form) throw new Error('the page has no such form');
        const [, attributes = '', content = ''] = form;
        const body = new URLSearchParams({ ...filledIn(content), ...fields });
        const target = new URL(attributeOf(attributes, 'action') || url.href, url);
        return load(new Request(target, { method: 'POST', body, headers: { ...asTab, origin: world.origin } }));
      },
      post(address, fields, headers) {
        const body = new URLSearchParams(fields);
        const given = { ...headers, origin: world.origin };
        return load(new Request(reroute(address), { method: 'POST', body, headers: given }));
      },
      follow(words) {
        const link = [...html.matchAll(/<a\b([^>]*)>([\s\S]*?)<\/a>/g)].find(([, , text]) => text === words);
        if (!link) throw new Error(`the page has no link "${words}"`);
        return load(visit(new URL(attributeOf(link[1] ?? '', 'href'), url)));
      },
    };
  }

  return load(visit(reroute(address)));
}

const asTab = { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' };

function visit(url: URL): Request {
  return new Request(url, { headers: asTab });
}

/** The fields that have a value, and of lists the first choice. */
function filledIn(form: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [, attributes = ''] of form.matchAll(/<input\b([^>]*)>/g)) {
    const isChoice = /type="(?:checkbox|radio)"/.test(attributes);
    if (isChoice && !/\bchecked\b/.test(attributes)) continue;
    fields[attributeOf(attributes, 'name')] = attributeOf(attributes, 'value');
  }
  for (const [, name = '', value = ''] of form.matchAll(/<select name="([^"]*)">\s*<option value="([^"]*)"/g))
    fields[name] = value;
  return fields;
}

function attributeOf(attributes: string, name: string): string {
  const [, text = ''] = new RegExp(`\\b${name}="([^"]*)"`).exec(attributes) ?? [];
  return text
    .replaceAll(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code)))
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
