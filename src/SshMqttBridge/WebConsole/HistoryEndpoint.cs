using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SshMqttBridge.Journal;

namespace SshMqttBridge.WebConsole;

/// <summary><c>/api/history</c>: recent results, recent command lines, and one complete result.</summary>
internal sealed class HistoryEndpoint(ConsoleFiles files) : IDisposable
{
    private const int DefaultCount = 50;
    private const int MaximumEntries = 200;
    private const int MaximumCommands = 500;
    private const int MaximumQueryLength = 1000;

    private readonly SemaphoreSlim _turn = new(1);

    public Task GetAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var search = new HistorySearch
        {
            ServerId = Text(query["server"]),
            Words = Text(query["q"]) is { Length: <= MaximumQueryLength } words ? words : null,
            Status = Text(query["status"]),
            IsFailure = Flag(query["failed"]),
            IsScheduled = Flag(query["scheduled"]),
            Action = Text(query["action"]),
            Before = Number(query["before"]) ?? long.MaxValue,
            Count = (int)Math.Clamp(Number(query["limit"]) ?? DefaultCount, 1, MaximumEntries),
        };
        return SearchAsync(
            context,
            stop => HistorySearch.Run(files.JournalFile, search, stop),
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
        return SearchAsync(
            context,
            stop => HistorySearch.Commands(files.JournalFile, server, MaximumCommands, stop),
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

    /// <summary><c>/api/history/last</c>: the latest result of each server, without its output.</summary>
    public Task GetLastAsync(HttpContext context) =>
        SearchAsync(
            context,
            stop => HistorySearch.LastResults(files.JournalFile, stop),
            async results =>
                await context.Response.JsonAsync(
                    StatusCodes.Status200OK,
                    json =>
                    {
                        json.WriteStartObject();
                        json.WriteStartArray("results");
                        foreach (var result in results)
                        {
                            json.WriteRawValue(result.ToJson(), skipInputValidation: true);
                        }

                        json.WriteEndArray();
                        json.WriteEndObject();
                    }
                )
        );

    /// <summary>
    /// <c>/api/history/SERVER/ID</c>: one result with all of its stored output; <c>?receivedAt=</c> selects one of several with
    /// the same id.
    /// </summary>
    public Task GetResultAsync(HttpContext context)
    {
        var server = (string)context.Request.RouteValues["server"]!;
        var id = LastSegment(context);
        DateTimeOffset? receivedAt = DateTimeOffset.TryParse(
            Text(context.Request.Query["receivedAt"]),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time
        )
            ? time
            : null;
        return AnswerAsync(
            context,
            stop => Task.Run(() => HistorySearch.ResultOf(files.JournalFile, server, id, receivedAt), stop),
            result =>
                result is null
                    ? context.Response.RefuseAsync(StatusCodes.Status404NotFound, "The bridge has no result for this command.")
                    : context.Response.JsonAsync(
                        StatusCodes.Status200OK,
                        json => json.WriteRawValue(result, skipInputValidation: true)
                    )
        );
    }

    public void Dispose() => _turn.Dispose();

    private Task SearchAsync<T>(HttpContext context, Func<CancellationToken, T> search, Func<T, Task> answer) =>
        AnswerAsync(context, stop => InTurnAsync(search, stop), answer);

    /// <summary>One search at a time: each may read the whole journal.</summary>
    private async Task<T> InTurnAsync<T>(Func<CancellationToken, T> search, CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            return await Task.Run(() => search(stop), stop);
        }
        finally
        {
            _turn.Release();
        }
    }

    private static async Task AnswerAsync<T>(HttpContext context, Func<CancellationToken, Task<T>> read, Func<T, Task> answer)
    {
        T found;
        try
        {
            found = await read(context.RequestAborted);
        }
        catch (JournalException exception)
        {
            await context.Response.RefuseAsync(StatusCodes.Status503ServiceUnavailable, exception.Message);
            return;
        }

        await answer(found);
    }

    /// <summary>The decoded last segment: an id may contain a slash, which the route value leaves encoded.</summary>
    private static string LastSegment(HttpContext context)
    {
        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        return Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
    }

    private static string? Text(string? value) => value is { Length: > 0 } ? value : null;

    private static bool? Flag(string? value) => bool.TryParse(value, out var flag) ? flag : null;

    private static long? Number(string? value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
