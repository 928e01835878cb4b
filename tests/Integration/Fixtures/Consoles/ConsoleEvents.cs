using System.Text.Json;

namespace SshMqttBridge.Tests.Integration.Fixtures.Consoles;

/// <summary>The stream of events of the web console, as it comes in.</summary>
internal sealed class ConsoleEvents : IAsyncDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<ConsoleEvent> _events = [];
    private readonly Task _reading;

    public ConsoleEvents(HttpResponseMessage answer, Stream stream)
    {
        _answer = answer;
        _reading = ReadAsync(stream);
    }

    /// <summary>All so far.</summary>
    public IReadOnlyList<ConsoleEvent> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>Completes when the bridge ends the stream.</summary>
    public Task EndedAsync() => _reading.WaitAsync(Eventually.Patience);

    /// <summary>The first event of this name that meets a condition, past or future.</summary>
    public async Task<JsonElement> WaitForAsync(string name, Func<JsonElement, bool> isMeant)
    {
        ConsoleEvent? found = null;
        await Eventually.TrueAsync(
            () => Task.FromResult((found = All.FirstOrDefault(one => one.Name == name && isMeant(one.Data))) is not null),
            () => $"no such '{name}' among:\n{string.Join('\n', All)}"
        );
        return found!.Data;
    }

    /// <summary>The result of the command with this id.</summary>
    public Task<JsonElement> EndOfAsync(string id) => WaitForAsync("ended", data => data.GetProperty("id").GetString() == id);

    /// <summary>What a command printed on one of its streams so far.</summary>
    public string OutputOf(string id, string stream) =>
        string.Concat(
            All.Where(one =>
                    one.Name == "output"
                    && one.Data.GetProperty("id").GetString() == id
                    && one.Data.GetProperty("stream").GetString() == stream
                )
                .Select(one => one.Data.GetProperty("text").GetString())
        );

    public async ValueTask DisposeAsync()
    {
        // In this order: a read during the response's disposal may return anything.
        await _stop.CancelAsync();
        await _reading;
        _answer.Dispose();
        _stop.Dispose();
    }

    private async Task ReadAsync(Stream stream)
    {
        using StreamReader reader = new(stream);
        var name = "";
        try
        {
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                if (line.StartsWith("event: ", StringComparison.Ordinal))
                {
                    name = line["event: ".Length..];
                }
                else if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    ConsoleEvent one = new(name, JsonDocument.Parse(line["data: ".Length..]).RootElement);
                    lock (_gate)
                    {
                        _events.Add(one);
                    }
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or HttpRequestException)
        {
            // Ended by the test, or by a bridge that was killed.
        }
    }
}

/// <summary>One event.</summary>
internal sealed record ConsoleEvent(string Name, JsonElement Data)
{
    public override string ToString() => $"{Name}: {Data}";
}
