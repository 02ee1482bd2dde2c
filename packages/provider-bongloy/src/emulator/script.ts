/**
 * The browser script, as far as samples use it: `setPublishableKey` and `createToken('card', fields, callback)`, whose
 * callback gets 201 and a token, or another status and `response.error.message`. It asks whom it came from.
 */
export const browserScript = `(function () {
  var home = new URL('.', document.currentScript.src).href;
  var publishableKey = '';
  window.Bongloy = {
    setPublishableKey: function (key) { publishableKey = key; },
    createToken: function (type, fields, callback) {
      var body = new URLSearchParams();
      Object.keys(fields).forEach(function (name) { body.set(type + '[' + name + ']', fields[name]); });
      return fetch(home + 'v1/tokens', {
        method: 'POST',
        headers: { authorization: 'Bearer ' + publishableKey },
        body: body,
      }).then(function (response) {
        return response.text().then(function (text) { callback(response.status, text === '' ? {} : JSON.parse(text)); });
      });
    },
  };
})();
`;
