using System.Globalization;
using Microsoft.AspNetCore.Http;
using SshMqttBridge.Results;

namespace SshMqttBridge.WebConsole;

/// <summary><c>/api/history</c>: what ran lately, and the command lines of it. One search at a time: each may read the whole journal.</summary>
internal sealed class HistoryEndpoint(ConsoleWorld world) : IDisposable
{
    private const int DefaultCount = 50;
    private const int MostEntries = 200;
    private const int MostCommands = 500;
    private const int LongestQuery = 1000;

    private readonly SemaphoreSlim _turn = new(1);

    public Task GetAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var search = new HistorySearch
        {
            ServerId = Text(query["server"]),
            Words = Text(query["q"]) is { Length: <= LongestQuery } words ? words : null,
            Status = Text(query["status"]),
            Before = Number(query["before"]) ?? long.MaxValue,
            Count = (int)Math.Clamp(Number(query["limit"]) ?? DefaultCount, 1, MostEntries),
        };
        return AnswerAsync(
            context,
            stop => HistorySearch.Run(world.JournalFile, search, stop),
            async page =>
                await context.Response.JsonAsync(
                    StatusCodes.Status200OK,
                    json =>
                    {
                        json.WriteStartObject();
                        json.WriteStartArray("entries");
                        foreach (var result in page.Results)
                        {
                            json.WriteRawValue(result, skipInputValidation: true);
                        }

                        json.WriteEndArray();
                        json.WriteBoolean("more", page.Before is not null);
                        json.WriteString("before", page.Before?.ToString(CultureInfo.InvariantCulture));
                        json.WriteEndObject();
                    }
                )
        );
    }

    public Task GetCommandsAsync(HttpContext context)
    {
        var server = Text(context.Request.Query["server"]);
        return AnswerAsync(
            context,
            stop => HistorySearch.Commands(world.JournalFile, server, MostCommands, stop),
            async commands =>
                await context.Response.JsonAsync(
                    StatusCodes.Status200OK,
                    json =>
                    {
                        json.WriteStartObject();
                        json.WriteStartArray("commands");
                        foreach (var command in commands)
                        {
                            json.WriteStringValue(command);
                        }

                        json.WriteEndArray();
                        json.WriteEndObject();
                    }
                )
        );
    }

    public void Dispose() => _turn.Dispose();

    private async Task AnswerAsync<T>(HttpContext context, Func<CancellationToken, T> read, Func<T, Task> answer)
    {
        T found;
        await _turn.WaitAsync(context.RequestAborted);
        try
        {
            found = await Task.Run(() => read(context.RequestAborted), context.RequestAborted);
        }
        catch (JournalException exception)
        {
            await context.Response.RefuseAsync(StatusCodes.Status503ServiceUnavailable, exception.Message);
            return;
        }
        finally
        {
            _turn.Release();
        }

        await answer(found);
    }

    private static string? Text(string? value) => value is { Length: > 0 } ? value : null;

    private static long? Number(string? value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
