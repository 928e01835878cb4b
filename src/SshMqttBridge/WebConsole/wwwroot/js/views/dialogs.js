import { html } from "../html.js";
import { ActionDialog } from "./action-dialog.js";
import { CommandDialog } from "./command-dialog.js";
import { FilesDialog } from "./files-dialog.js";
import { ManyDialog } from "./many-dialog.js";
import { OutputDialog } from "./output-dialog.js";
import { ShortcutsDialog } from "./shortcuts-dialog.js";
import { TransferDialog } from "./transfer-dialog.js";
import { TrustDialog } from "./trust-dialog.js";

const kinds = {
  action: ActionDialog,
  command: CommandDialog,
  files: FilesDialog,
  many: ManyDialog,
  output: OutputDialog,
  shortcuts: ShortcutsDialog,
  transfer: TransferDialog,
  trust: TrustDialog,
};

export const DialogOf = ({ dialog }) => dialog && html`<${kinds[dialog.kind]} key=${dialog} ...${dialog} />`;
