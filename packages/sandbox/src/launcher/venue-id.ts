/** The venues that are played. */
export const venueIds = ['binance', 'kraken'] as const;

/** A venue that is played, by the id under which the engine knows it. */
export type VenueId = (typeof venueIds)[number];

/** Where the price is compared. */
export function otherVenue(venue: VenueId): VenueId {
  return venue === 'binance' ? 'kraken' : 'binance';
}
