// Passkeys: the browser makes one or signs with one, and the form is sent with what it says.

const form = document.querySelector("form[data-passkey]");
const button = form.querySelector("button[type=submit]");
const state = form.querySelector(".passkey-state");

const ask = (options) =>
  "make" in form.dataset
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });

if (window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
  button.hidden = false;
  state.textContent = "";
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    state.textContent = "Your browser asks for the passkey now.";
    try {
      const credential = await ask(JSON.parse(form.dataset.passkey).publicKey);
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      button.disabled = false;
      state.textContent = `No passkey was used (${error.name}). Please try again.`;
    }
  });
}
