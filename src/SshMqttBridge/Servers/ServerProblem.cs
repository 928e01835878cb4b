using System.Text.Json;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Servers;

/// <summary>
/// What went wrong last on a server: the last command of a client, and the last run of each action with a status. Not thread-safe.
/// </summary>
internal sealed class ServerProblem(ServerOptions server)
{
    private ServerOptions _server = server;
    private readonly SortedSet<string> _actions = new(StringComparer.Ordinal);
    private CommandStatus? _command;

    /// <summary>Whether anything did.</summary>
    public bool Exists => _command is not null || _actions.Count > 0;

    /// <summary>Takes the result of a command into account.</summary>
    /// <returns>Whether that changed anything.</returns>
    public bool Add(CommandResult result)
    {
        // Somebody wanted these two, so they say nothing about the server.
        if (!OperationInfo.Of(result.Operation).IsDatapoint || result.Status is CommandStatus.Cancelled or CommandStatus.Expired)
        {
            return false;
        }

        var action = _server.Actions.FirstOrDefault(action => action.Name == result.Action && action.HasStatus);
        var hasFailed = ActionResult.StatusOf(result) != ActionStatus.Ok;
        var hasChanged = action is not null && (hasFailed ? _actions.Add(action.Name) : _actions.Remove(action.Name));
        if (result.Scheduled == true)
        {
            return hasChanged;
        }

        CommandStatus? command = hasFailed ? result.Status : null;
        hasChanged |= command != _command;
        _command = command;
        return hasChanged;
    }

    /// <summary>Takes over other options: what went wrong with an action that has changed says nothing any more.</summary>
    /// <returns>Whether that changed anything.</returns>
    public bool Reconfigure(ServerOptions options)
    {
        _server = options;
        return _actions.RemoveWhere(name => !options.Actions.Any(action => action.Name == name && action.HasStatus)) > 0;
    }

    /// <summary><c>{"problem":true,"command":"failed","actions":["disk"]}</c></summary>
    public byte[] ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, BridgeJson.Writer))
        {
            json.WriteStartObject();
            json.WriteBoolean("problem", Exists);
            json.WriteString("command", _command is { } status ? CamelCase.Of(status) : null);
            json.WriteStartArray("actions");
            foreach (var action in _actions)
            {
                json.WriteStringValue(action);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
