/** Two people, as money needs them. Their tokens are no secrets: it is play money. */
export const playOperators = [
  { name: 'sokha', token: 'play-money-token-of-sokha' },
  { name: 'dara', token: 'play-money-token-of-dara' },
] as const;
