// Signs all statements of a batch with one key file of the person's own. The file is read here and goes nowhere: the page's policy
// forbids every request but the form, and the file's input stands outside of it.
"use strict";

(() => {
  const own = document.getElementById("own-key");
  const statements = Array.from(document.querySelectorAll("[data-statement]"));
  if (!own || !statements.length) return;
  const file = document.getElementById("key-file");
  const button = document.getElementById("sign");
  const says = document.getElementById("sign-says");
  const key = document.getElementById("key");
  const algorithm = { name: "Ed25519" };
  // The page has the sentences, in its language.
  const told = (name) => document.querySelector(`#sign-words [data-says="${name}"]`).textContent;

  const say = (tone, text) => {
    says.className = tone;
    says.textContent = text;
  };
  const hexadecimal = (bytes) => Array.from(new Uint8Array(bytes), (b) => b.toString(16).padStart(2, "0")).join("");

  const sign = async () => {
    if (!file.files.length) throw new Error(told("choose"));
    const content = await file.files[0].text();
    if (content.includes("ENCRYPTED PRIVATE KEY")) throw new Error(told("encrypted"));
    const found = content.match(/-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----/);
    if (!found) throw new Error(told("none"));
    const bytes = Uint8Array.from(atob(found[1].replace(/\s+/g, "")), (c) => c.charCodeAt(0));
    let privateKey;
    try {
      privateKey = await crypto.subtle.importKey("pkcs8", bytes, algorithm, true, ["sign"]);
    } catch (problem) {
      throw new Error(told(problem.name === "NotSupportedError" ? "browser" : "kind"));
    }
    const { x } = await crypto.subtle.exportKey("jwk", privateKey);
    const half = hexadecimal(Uint8Array.from(atob(x.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0)));
    const option = Array.from(key.options).find((o) => o.dataset.public === half);
    if (!option) throw new Error(told("other").replace("{half}", half));
    const lines = [];
    for (const one of statements) {
      const text = new TextEncoder().encode(one.textContent);
      if (hexadecimal(await crypto.subtle.digest("SHA-256", text)) !== one.dataset.hash) throw new Error(told("text"));
      lines.push(one.dataset.statement + " " + hexadecimal(await crypto.subtle.sign(algorithm, privateKey, text)));
    }
    document.getElementById("signature").value = lines.join("\n");
    option.selected = true;
    file.value = "";
    say("good", told("signed").replace("{button}", document.getElementById("send").textContent));
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
