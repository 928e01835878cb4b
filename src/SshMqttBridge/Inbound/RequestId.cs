using System.Text;
using SshMqttBridge.Commands;

namespace SshMqttBridge.Inbound;

/// <summary>
/// Finds the client's id in the payload of a message that is rejected for another reason, such as its response topic, so that the
/// client can recognize the answer.
/// </summary>
internal static class RequestId
{
    /// <returns>Null: the payload has no valid id.</returns>
    public static string? Find(OperationInfo operation, ReadOnlySpan<byte> payload)
    {
        if (operation.JsonKey is null || payload.IsEmpty)
        {
            return null;
        }

        try
        {
            return JsonPayload.TryParse(Encoding.UTF8.GetString(payload))?.Id();
        }
        catch (CommandFault)
        {
            return null;
        }
    }
}
