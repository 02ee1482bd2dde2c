/** Made-up inputs; results calculated with PHP's algorithm as merchants use it. */
export const vectors = {
  username: 'online.demoshop',
  restApiKey: 'a'.repeat(64),
  password: '0123456789abcdef0123456789abcdef',
  till: '5999',
  amount: '15.00',
  order: 'ORDER-1001',
  randomText: '00112233445566aa',
  timestamp: '1700000000',
  hash: 'AD10E85049B1FF92B4751800C3A0365F47B415D547190186D55E05A79E061100',
  callbackText:
    '{"remark":"ORDER-1001","amount":"USD 15.00","total":"USD 15.00","transaction_id":"ONL000001",' +
    '"customer_name":"Demo Payer","biller_name":"DEMO SHOP"}',
  callback:
    'ZiRvSFVHWqh6AvfwZhsG1o+uohigEdcX99WZLROAl1A6lP16mbiz4+5ehK3Dsli2pZcEGVWnBVsVeszOPwGIDrA960K8uvWwdM5/hiqJk6utnG' +
    'axUddu4Ue+d5ExiWfUFrbiZK6mB76mAArIeKHHQBqp78WSP1vgruMzcY6yN1+MTldte5HkKUDyAy0d+Ci0ENWXRlH3FEjlGAWm3te04Q==',
} as const;

/** The values under the hash, in the order of the document. */
export const hashed = [
  vectors.username,
  vectors.restApiKey,
  vectors.till,
  vectors.amount,
  vectors.order,
  vectors.randomText,
  vectors.timestamp,
];
