/** The ways of paying that the sandbox plays, by the ids of their adapters, in the order in which they are offered. */
export const railIds = ['payway', 'bakong'] as const;

/** A way of paying that the sandbox plays. */
export type RailId = (typeof railIds)[number];

/** Every way of paying, this one first. */
export function offeredFirst(rail: RailId): readonly [RailId, ...RailId[]] {
  return [rail, ...railIds.filter((one) => one !== rail)];
}
