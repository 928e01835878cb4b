using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace SshMqttBridge.Tests.Integration.WebConsole;

/// <summary>
/// The console in a browser of its own: what a user sees and does. Nothing may be wrong with the page when it is closed.
/// </summary>
internal sealed class ConsolePage : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _complaints = [];
    private readonly ConcurrentDictionary<string, IRequest> _openRequests = new(StringComparer.Ordinal);

    private ConsolePage(IPage page)
    {
        Page = page;
        page.Request += (_, request) => _openRequests.TryAdd($"{request.Method} {request.Url}", request);
        page.RequestFinished += (_, request) => _openRequests.TryRemove($"{request.Method} {request.Url}", out var _);
        page.PageError += (_, error) => _complaints.Enqueue(error);
        page.Response += (_, response) =>
        {
            if (response.Status == 404)
            {
                _complaints.Enqueue($"404 {response.Url}");
            }
        };
        page.Console += (_, message) =>
        {
            // A browser logs responses of 401 and failed requests as errors; here they are expected.
            if (
                message.Type is "error" or "warning"
                && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal)
            )
            {
                _complaints.Enqueue(message.Text);
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Script errors, violations of the content security policy, missing files.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    public ILocator Prompt => Page.Locator("#prompt");

    public ILocator Banner => Page.Locator(".banner");

    public ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    public static async Task<ConsolePage> OpenAsync(IBrowserContext context, string address)
    {
        var console = new ConsolePage(await context.NewPageAsync());
        await console.Page.GotoAsync(address);
        return console;
    }

    public async Task SignInAsync(string token)
    {
        await Page.GetByLabel("Token").FillAsync(token);
        await Button("Sign in").ClickAsync();
        await Assertions.Expect(Page.Locator("main.server, main.overview")).ToBeVisibleAsync();
    }

    /// <summary>Shows a server's console, or its history.</summary>
    public async Task GoAsync(string server, string page = "")
    {
        await Page.EvaluateAsync("address => { location.hash = address; }", $"#/{server}{page}");
        try
        {
            await Assertions.Expect(Page.GetByRole(AriaRole.Heading, new() { Name = server, Exact = true })).ToBeVisibleAsync();
        }
        catch (PlaywrightException exception)
        {
            throw new TimeoutException(
                $"{exception.Message}\nRequests that failed or did not end: {string.Join(", ", _openRequests.Keys)}\n"
                    + $"Complaints: {string.Join(", ", _complaints)}\n{await Page.ContentAsync()}",
                exception
            );
        }
    }

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name });

    /// <summary>Clicks a button that opens a dialog. The page shows it with its next frame, and keys before that are not for it.</summary>
    public async Task OpenDialogAsync(string button)
    {
        await Button(button).ClickAsync();
        await Assertions.Expect(Dialog).ToBeVisibleAsync();
    }

    /// <summary>Closes the dialog with Escape.</summary>
    public async Task CloseDialogAsync()
    {
        await Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(Dialog).ToHaveCountAsync(0);
    }

    /// <summary>Types a command and presses Enter.</summary>
    /// <returns>What is shown of it.</returns>
    public async Task<ILocator> RunAsync(string command)
    {
        await Prompt.FillAsync(command);
        await Prompt.PressAsync("Enter");
        return Card(command);
    }

    /// <summary>Runs a command to its end.</summary>
    public async Task<ILocator> RunToEndAsync(string command)
    {
        var card = await RunAsync(command);
        await Assertions.Expect(card.Locator(".standing.good, .standing.bad")).ToBeVisibleAsync();
        return card;
    }

    /// <summary>What is shown of the last command that has this title.</summary>
    public ILocator Card(string title) => Page.GetByRole(AriaRole.Article, new() { Name = title, Exact = true }).Last;

    /// <summary>How far the page is wider than the window, in pixels.</summary>
    public Task<int> ExcessWidthAsync() =>
        Page.EvaluateAsync<int>("() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - innerWidth");

    public async ValueTask DisposeAsync()
    {
        await Page.Context.DisposeAsync();
        Complaints.ShouldBeEmpty();
    }
}
