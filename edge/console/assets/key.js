// Makes a signing key: the private half becomes a file of the person's own, the public half goes into the form. The page's
// policy forbids every request, so nothing of it is sent.
"use strict";

(() => {
  const own = document.getElementById("new-key");
  const half = document.getElementById("public");
  if (!own || !half) return;
  const button = document.getElementById("make-key");
  const says = document.getElementById("make-says");
  // The page has the sentences, in its language.
  const told = (name) => document.querySelector(`#make-words [data-says="${name}"]`).textContent;

  const say = (tone, text) => {
    says.className = tone;
    says.textContent = text;
  };
  const hexadecimal = (bytes) => Array.from(new Uint8Array(bytes), (b) => b.toString(16).padStart(2, "0")).join("");

  // A private key in PKCS #8 as a PEM file (RFC 7468).
  const written = (bytes) => {
    const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
    return "-----BEGIN PRIVATE KEY-----\n" + text.match(/.{1,64}/g).join("\n") + "\n-----END PRIVATE KEY-----\n";
  };

  const make = async () => {
    let pair;
    try {
      pair = await crypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"]);
    } catch {
      throw new Error(told("browser"));
    }
    const file = new Blob([written(await crypto.subtle.exportKey("pkcs8", pair.privateKey))], { type: "application/x-pem-file" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = "signing-key.pem";
    link.click();
    half.value = hexadecimal(await crypto.subtle.exportKey("raw", pair.publicKey));
    say("good", told("made"));
  };

  own.hidden = false;
  if (!globalThis.isSecureContext || !globalThis.crypto?.subtle) {
    button.disabled = true;
    say("wrong", told("insecure"));
    return;
  }
  button.addEventListener("click", () => {
    button.disabled = true;
    make().catch((problem) => say("wrong", problem.message)).finally(() => {
      button.disabled = false;
    });
  });
})();
