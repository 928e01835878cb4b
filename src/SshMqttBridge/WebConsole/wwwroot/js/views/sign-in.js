import { html, Component } from "../html.js";
import { signIn } from "../model/session.js";

export class SignIn extends Component {
  state = { refusal: null, isBusy: false };

  submit = async (event) => {
    event.preventDefault();
    this.setState({ isBusy: true, refusal: null });
    try {
      await signIn(new FormData(event.target).get("token").trim());
    } catch (refusal) {
      this.setState({ refusal: refusal.message, isBusy: false });
      document.getElementById("token").select();
    }
  };

  render(_, { refusal, isBusy }) {
    return html`<main class="sign-in">
      <form class="card" onSubmit=${this.submit}>
        <h1><img src="favicon.svg" alt="" width="32" height="32" />SSH console</h1>
        <label for="token">Token</label>
        <input
          id="token"
          name="token"
          type="password"
          autocomplete="current-password"
          required
          autofocus
          aria-describedby="token-hint token-refusal"
          aria-invalid=${refusal ? "true" : undefined}
        />
        <p id="token-hint" class="hint">
          The token is in the file <code>web-console-token</code> in the bridge’s state directory, or in your <code>tokenFile</code>.
        </p>
        <p id="token-refusal" class="refusal" role="alert">${refusal}</p>
        <button class="primary" disabled=${isBusy}>Sign in</button>
      </form>
    </main>`;
  }
}
