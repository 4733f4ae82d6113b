// Asks an authenticator for what the page needs: to make a passkey, or to show one. The options stand on the page, the answer goes
// into the page's form and leaves with it; the page's policy forbids every other request.
"use strict";

(() => {
  const place = document.getElementById("passkey");
  if (!place || !window.PublicKeyCredential) return;
  const form = document.getElementById("passkey-form");
  const button = document.getElementById("passkey-button");
  const says = document.getElementById("passkey-says");
  // The page has the sentences, in its language.
  const told = (name) => document.querySelector(`#passkey-words [data-says="${name}"]`).textContent;
  const options = JSON.parse(place.dataset.options);

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const ask = async () => {
    // Of a form that goes another way too, only what a passkey needs as well has to be filled in.
    const needed = form.querySelectorAll(form.querySelector("[data-always]") ? "[data-always]" : "[required]");
    if (!Array.from(needed).every((one) => one.reportValidity())) return;
    button.disabled = true;
    says.textContent = told("follow");
    try {
      const making = place.dataset.making === "true";
      if (making) {
        const made = await navigator.credentials.create({
          publicKey: { ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) }, excludeCredentials: named(options.excludeCredentials) },
        });
        const { response } = made;
        send(made, {
          attestationObject: text(response.attestationObject), clientDataJSON: text(response.clientDataJSON),
          transports: response.getTransports ? response.getTransports() : [],
        });
      } else {
        const found = await navigator.credentials.get({
          publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: named(options.allowCredentials) },
        });
        const { response } = found;
        send(found, {
          authenticatorData: text(response.authenticatorData), clientDataJSON: text(response.clientDataJSON), signature: text(response.signature),
          userHandle: response.userHandle ? text(response.userHandle) : undefined,
        });
      }
    } catch (wrong) {
      says.textContent = told(wrong.name === "InvalidStateError" ? "known" : "none");
      button.disabled = false;
    }
  };

  const send = (credential, response) => {
    document.getElementById("passkey-response").value = JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, authenticatorAttachment: credential.authenticatorAttachment || undefined,
      clientExtensionResults: credential.getClientExtensionResults(), response,
    });
    if (button.dataset.action) form.action = button.dataset.action;
    form.submit();
  };

  place.hidden = false;
  button.addEventListener("click", ask);
})();
