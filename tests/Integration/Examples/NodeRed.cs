using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Examples;

/// <summary>
/// A real Node-RED that runs examples/node-red/flows.json, in which only the broker's port is another. Buttons are pressed, and
/// debug messages read, as by its editor.
/// </summary>
internal sealed class NodeRed : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _end = new();
    private readonly int _port = FreePort.Find();
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly List<(string Node, string Text)> _debug = [];
    private readonly HashSet<string> _connected = [];
    private readonly HttpClient _http = new();
    private ChildProcess? _process;
    private Task _reading = Task.CompletedTask;

    public static string Flows { get; } = Path.Combine(Repository.Root, "examples/node-red/flows.json");

    /// <summary>The address of the editor.</summary>
    public string Address => $"http://127.0.0.1:{_port}/";

    /// <summary>Starts it and waits until all of the flow's nodes are connected to the broker.</summary>
    public static async Task<NodeRed> StartNewAsync(int brokerPort)
    {
        var nodeRed = new NodeRed();
        try
        {
            await nodeRed.StartAsync(brokerPort);
            return nodeRed;
        }
        catch
        {
            await nodeRed.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the debug node of that name has shown so far.</summary>
    public IReadOnlyList<string> Debug(string node)
    {
        lock (_debug)
        {
            return [.. _debug.Where(shown => shown.Node == node).Select(shown => shown.Text)];
        }
    }

    /// <summary>Waits until the debug node has shown such a message.</summary>
    public Task<string> DebugAsync(string node, string words) =>
        DebugAsync(node, text => text.Contains(words, StringComparison.Ordinal));

    public async Task<string> DebugAsync(string node, Func<string, bool> isExpected)
    {
        await Eventually.TrueAsync(
            () => Task.FromResult(Debug(node).Any(isExpected)),
            () => $"'{node}' does not show it, but: {string.Join(" | ", _debug)}\n{_process?.Output}"
        );
        return Debug(node).First(isExpected);
    }

    /// <summary>Presses the button of an inject node.</summary>
    /// <param name="properties">Of the message, instead of those in the flow; a payload that is not text is sent as JSON.</param>
    public async Task InjectAsync(string node, params (string Name, object Value)[] properties)
    {
        var address = $"http://127.0.0.1:{_port}/inject/{_names.Single(pair => pair.Value == node).Key}";
        var given = properties.Select(property => new
        {
            p = property.Name,
            v = property.Value as string ?? JsonSerializer.Serialize(property.Value),
            vt = property.Value is string ? "str" : "json",
        });
        using var answer =
            properties.Length == 0
                ? await _http.PostAsync(new Uri(address), content: null)
                : await _http.PostAsJsonAsync(
                    address,
                    new Dictionary<string, object>(StringComparer.Ordinal) { ["__user_inject_props__"] = given }
                );
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _reading;
        _socket.Dispose();
        _http.Dispose();
        if (_process is { } process)
        {
            await process.DisposeAsync();
        }

        _folder.Dispose();
        _end.Dispose();
    }

    private async Task StartAsync(int brokerPort)
    {
        var flows = await File.ReadAllTextAsync(Flows);
        var mine = flows.Replace("\"port\": \"1883\"", $"\"port\": \"{brokerPort}\"", StringComparison.Ordinal);
        mine.ShouldNotBe(flows);
        _folder.Write("flows.json", mine);
        using var document = JsonDocument.Parse(flows);
        var nodes = document.RootElement.EnumerateArray().ToArray();
        foreach (var node in nodes.Where(node => node.TryGetProperty("z", out _) && TypeOf(node) is "inject" or "debug"))
        {
            _names.Add(node.GetProperty("id").GetString()!, node.GetProperty("name").GetString()!);
        }

        _folder.Write(
            "settings.js",
            $$"""
            module.exports = {
                uiHost: '127.0.0.1', uiPort: {{_port}}, flowFile: 'flows.json', credentialSecret: false,
                telemetry: { enabled: false, updateNotification: false }, diagnostics: { enabled: false },
                editorTheme: { tours: false }, logging: { console: { level: 'info' } },
            };
            """
        );
        _process = await ChildProcess.StartAsync("node", [NodeRedFactAttribute.Program, "--userDir", _folder.Path]);
        // It begins to listen and to run the flows at the same time; either may be first.
        if (
            !await _process.WaitForLineAsync(line => line.EndsWith("Started flows", StringComparison.Ordinal))
            || !await _process.WaitForLineAsync(line => line.Contains("Server now running at", StringComparison.Ordinal))
        )
        {
            throw new InvalidOperationException($"Node-RED did not start: {_process.Output}");
        }

        await _socket.ConnectAsync(new Uri($"ws://127.0.0.1:{_port}/comms"), _end.Token);
        await SendAsync("""{"subscribe":"debug"}""");
        // Retained: the nodes' current states arrive at once, and prove that the first subscription is active.
        await SendAsync("""{"subscribe":"status/#"}""");
        _reading = ReadAsync();
        var count = nodes.Count(node => TypeOf(node) is "mqtt in" or "mqtt out");
        await Eventually.TrueAsync(
            () => Task.FromResult(ConnectedCount == count),
            () => $"{ConnectedCount} of {count} nodes are connected: {_process.Output}"
        );
    }

    private int ConnectedCount
    {
        get
        {
            lock (_debug)
            {
                return _connected.Count;
            }
        }
    }

    private static string TypeOf(JsonElement node) => node.GetProperty("type").GetString()!;

    private Task SendAsync(string text) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, _end.Token);

    private async Task ReadAsync()
    {
        var buffer = new byte[1 << 16];
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                var piece = await _socket.ReceiveAsync(buffer.AsMemory(), _end.Token);
                await message.WriteAsync(buffer.AsMemory(0, piece.Count));
                if (piece.EndOfMessage)
                {
                    Take(message.ToArray());
                    message.SetLength(0);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            // The test or Node-RED has ended; the waits that then fail report it.
        }
    }

    private void Take(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        lock (_debug)
        {
            foreach (var message in document.RootElement.EnumerateArray())
            {
                var topic = message.GetProperty("topic").GetString()!;
                var data = message.GetProperty("data");
                if (topic == "debug")
                {
                    _debug.Add((_names[data.GetProperty("id").GetString()!], data.GetProperty("msg").ToString()));
                }
                else if (
                    topic.StartsWith("status/", StringComparison.Ordinal)
                    && data.TryGetProperty("text", out var text)
                    && text.ToString().EndsWith("status.connected", StringComparison.Ordinal)
                )
                {
                    _connected.Add(topic);
                }
            }
        }
    }
}
