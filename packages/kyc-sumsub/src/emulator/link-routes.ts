import { toHex } from '@rielrails/kit';
import { jsonResponse } from '@rielrails/kit/emulator';
import type { Route } from '@rielrails/kit/emulator';
import type { Account } from './account.ts';
import { numberOf, readObject, textOf } from './bodies.ts';
import { unknownLevel } from './levels.ts';

const WEEK_SECONDS = 604_800;
const TOKEN_FIELDS = ['levelName', 'userId', 'applicantIdentifiers', 'ttlInSecs'];
const LINK_FIELDS = [...TOKEN_FIELDS, 'redirect', 'externalActionId'];

interface Wish {
  readonly userId: string;
  readonly levelName: string;
  /** Digits, or `null` for the default. */
  readonly ttlInSecs: string | null;
}

/** The ways in: hosted links and tokens for the software kits, each in its present and its older form. */
export function linkRoutes(account: Account): readonly Route[] {
  const { environment, random, refuse } = account;

  function refusalOf({ userId, levelName, ttlInSecs }: Wish): Response | null {
    if (!userId) return refuse(400, 'userId is required');
    if (ttlInSecs !== null && (!/^[1-9]\d{0,6}$/.test(ttlInSecs) || Number(ttlInSecs) > WEEK_SECONDS)) {
      return refuse(400, 'ttlInSecs is out of range');
    }
    return unknownLevel(account, levelName);
  }

  function answerLink(url: URL, wish: Wish): Response {
    const refusal = refusalOf(wish);
    if (refusal) return refusal;
    const id = `${environment}_${toHex(random.bytes(10))}`;
    account.links.set(id, {
      externalUserId: wish.userId,
      levelName: wish.levelName,
      lang: url.searchParams.get('lang') ?? 'en',
      openUntilMs: account.clock.now() + Number(wish.ttlInSecs ?? 1800) * 1000,
    });
    return jsonResponse({ url: `${url.origin}/websdk/p/${id}` });
  }

  function answerToken(wish: Wish): Response {
    const token = `_act-${environment}-${toHex(random.bytes(16))}`;
    return refusalOf(wish) ?? jsonResponse({ token, userId: wish.userId });
  }

  return [
    {
      name: 'access-token',
      method: 'POST',
      path: '/resources/accessTokens/sdk',
      cites: 'Generate access token for SDK, JSON form',
      provenance: 'documented',
      handle(request) {
        const body = readObject(request, TOKEN_FIELDS);
        if (!body) return refuse(400, 'Invalid request body');
        const [userId, levelName] = [textOf(body, 'userId'), textOf(body, 'levelName')];
        return answerToken({ userId, levelName, ttlInSecs: numberOf(body, 'ttlInSecs') });
      },
    },
    {
      name: 'access-token-query',
      method: 'POST',
      path: '/resources/accessTokens',
      cites: 'Generate access token for SDK, older form with a query and no body',
      provenance: 'documented',
      handle({ url: { searchParams: query } }) {
        const [userId, levelName] = [query.get('userId') ?? '', query.get('levelName') ?? ''];
        return answerToken({ userId, levelName, ttlInSecs: query.get('ttlInSecs') });
      },
    },
    {
      name: 'websdk-link',
      method: 'POST',
      path: '/resources/sdkIntegrations/levels/-/websdkLink',
      cites: 'Generate external WebSDK link. Assumed: 400 for an unknown field, seven days at most',
      provenance: 'documented',
      handle(request) {
        const body = readObject(request, LINK_FIELDS);
        if (!body) return refuse(400, 'Invalid request body');
        const [userId, levelName] = [textOf(body, 'userId'), textOf(body, 'levelName')];
        return answerLink(request.url, { userId, levelName, ttlInSecs: numberOf(body, 'ttlInSecs') });
      },
    },
    {
      name: 'websdk-link-query',
      method: 'POST',
      path: '/resources/sdkIntegrations/levels/:level/websdkLink',
      cites: 'Generate external WebSDK link, superseded form with a query',
      provenance: 'seen',
      handle({ url, params }) {
        const userId = url.searchParams.get('externalUserId') ?? '';
        return answerLink(url, {
          userId,
          levelName: params['level'] ?? '',
          ttlInSecs: url.searchParams.get('ttlInSecs'),
        });
      },
    },
  ];
}
