// Signs the statement of this page with a key file of the person's own. The file is read here and goes nowhere: the page's
// policy forbids every request but the form, and the file's input stands outside of it. What the form takes is the signature.
"use strict";

(() => {
  const own = document.getElementById("own-key");
  const statement = document.getElementById("statement");
  if (!own || !statement) return;
  const file = document.getElementById("key-file");
  const button = document.getElementById("sign");
  const says = document.getElementById("sign-says");
  const key = document.getElementById("key");
  const signature = document.getElementById("signature");
  const algorithm = { name: "Ed25519" };
  // The page has the sentences, in its language.
  const told = (name) => document.querySelector(`#sign-words [data-says="${name}"]`).textContent;

  const say = (tone, text) => {
    says.className = tone;
    says.textContent = text;
  };
  const hexadecimal = (bytes) => Array.from(new Uint8Array(bytes), (b) => b.toString(16).padStart(2, "0")).join("");

  // The bytes inside a PEM file of the label PRIVATE KEY (RFC 7468).
  const inside = (text) => {
    if (text.includes("ENCRYPTED PRIVATE KEY")) throw new Error(told("encrypted"));
    const found = text.match(/-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----/);
    if (!found) throw new Error(told("none"));
    return Uint8Array.from(atob(found[1].replace(/\s+/g, "")), (c) => c.charCodeAt(0));
  };

  // The public half, from the key's own encoding as a JWK (RFC 8037).
  const publicOf = async (privateKey) => {
    const { x } = await crypto.subtle.exportKey("jwk", privateKey);
    return hexadecimal(Uint8Array.from(atob(x.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0)));
  };

  const sign = async () => {
    if (!file.files.length) throw new Error(told("choose"));
    const text = new TextEncoder().encode(statement.textContent);
    const hash = hexadecimal(await crypto.subtle.digest("SHA-256", text));
    if (hash !== document.getElementById("statement-hash").textContent) throw new Error(told("text"));
    const bytes = inside(await file.files[0].text());
    let privateKey;
    try {
      privateKey = await crypto.subtle.importKey("pkcs8", bytes, algorithm, true, ["sign"]);
    } catch (problem) {
      if (problem.name === "NotSupportedError") throw new Error(told("browser"));
      throw new Error(told("kind"));
    }
    const half = await publicOf(privateKey);
    const option = Array.from(key.options).find((o) => o.dataset.public === half);
    if (!option) throw new Error(told("other").replace("{half}", half));
    const made = "public key " + half + "\nsignature  " + hexadecimal(await crypto.subtle.sign(algorithm, privateKey, text));
    // A second signatory at the same desk signs beside the first.
    const others = signature.value.split(/(?=public key )/).map((block) => block.trim())
      .filter((block) => /^public key [0-9a-f]{64}\s+signature\s+[0-9a-f]{128}$/.test(block) && !block.includes(half));
    signature.value = [...others, made].join("\n");
    option.selected = true;
    file.value = "";
    say("good", told("signed").replace("{key}", option.textContent).replace("{button}", document.getElementById("send").textContent));
  };

  own.hidden = false;
  if (!globalThis.isSecureContext || !globalThis.crypto?.subtle) {
    file.disabled = button.disabled = true;
    say("wrong", told("insecure"));
    return;
  }
  button.addEventListener("click", () => {
    button.disabled = true;
    sign().catch((problem) => say("wrong", problem.message)).finally(() => {
      button.disabled = false;
    });
  });
})();
