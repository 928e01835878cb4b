using SshMqttBridge.Common;

namespace SshMqttBridge.Client;

/// <summary>A message on <c>ssh/ID/output</c>.</summary>
/// <param name="IsStandardError">The stream.</param>
/// <param name="Offset">Where the text begins in it, in bytes of UTF-8.</param>
/// <param name="Text">Whole characters.</param>
internal sealed record LivePiece(bool IsStandardError, long Offset, string Text)
{
    /// <returns>Null: it is not a message about this command.</returns>
    public static LivePiece? TryRead(ReadOnlyMemory<byte> json, string id) =>
        PublishedJson.TryParse(json) is { } piece
        && piece.TextOf("id") == id
        && piece.NumberOf("offset") is { } offset
        && piece.TextOf("text") is { } text
            ? new LivePiece(piece.TextOf("stream") == "err", offset, text)
            : null;
}
