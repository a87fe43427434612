/* Passkeys, for browsers that have them. Each form says what it does: data-passkey="login", "get" or "create".
   Pages work without this file; a form that needs it stays hidden. */
(function () {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (letter) { return letter.charCodeAt(0); });
  }
  function text(buffer) {
    var letters = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function keysOf(list) {
    return (list || []).map(function (key) { return Object.assign({}, key, { id: bytes(key.id) }); });
  }
  function asked(options) {
    var key = Object.assign({}, options.publicKey);
    key.challenge = bytes(key.challenge);
    if (key.user) key.user = Object.assign({}, key.user, { id: bytes(key.user.id) });
    if (key.allowCredentials) key.allowCredentials = keysOf(key.allowCredentials);
    if (key.excludeCredentials) key.excludeCredentials = keysOf(key.excludeCredentials);
    return { publicKey: key };
  }
  function told(credential) {
    var response = {};
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    });
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return {
      type: credential.type,
      id: credential.id,
      rawId: text(credential.rawId),
      authenticatorAttachment: credential.authenticatorAttachment || undefined,
      clientExtensionResults: credential.getClientExtensionResults(),
      response: response
    };
  }
  function data() {
    return JSON.parse(document.getElementById("passkey-data").textContent);
  }
  async function options(form) {
    if (form.dataset.passkey === "login") {
      var answer = await fetch(form.action, { headers: { Accept: "application/json" } });
      return asked((await answer.json()).request_options);
    }
    if (form.dataset.passkey === "get") return asked(data().request_options);
    var wanted = asked(data().creation_options);
    var alone = form.elements.passwordless && form.elements.passwordless.checked;
    wanted.publicKey.authenticatorSelection = Object.assign({}, wanted.publicKey.authenticatorSelection, {
      residentKey: alone ? "required" : "discouraged",
      requireResidentKey: Boolean(alone),
      userVerification: alone ? "required" : "preferred"
    });
    return wanted;
  }
  async function use(form) {
    var wanted = await options(form);
    var made = form.dataset.passkey === "create"
      ? await navigator.credentials.create(wanted)
      : await navigator.credentials.get(wanted);
    var field = document.createElement("input");
    field.type = "hidden";
    field.name = "credential";
    field.value = JSON.stringify(told(made));
    form.append(field);
    form.submit();
  }

  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    var words = form.querySelector("[data-passkey-words]");
    form.hidden = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      words.textContent = "";
      use(form).catch(function () { words.textContent = words.dataset.passkeyWords; });
    });
  });
})();
