using Microsoft.Playwright;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using static Microsoft.Playwright.Assertions;

namespace SshMqttBridge.Tests.Integration.WebConsole;

[Collection(ConsoleTests.Name)]
public sealed class TransferTests(ConsoleSite site)
{
    private const int Size = 4 << 20;

    [ChromiumTheory]
    [InlineData("get")]
    [InlineData("put")]
    public async Task Transfer_GivenASlowLink_ShouldShowItsProgressAndItsEnd(string operation)
    {
        var remote = site.Sshd.Folder[$"page-{operation}"];
        var local = site.Bridge.Folder[$"files/page-{operation}"];
        var (from, to) = operation == "get" ? (remote, local) : (local, remote);
        await File.WriteAllBytesAsync(from, new byte[Size]);
        await site.Bridge["slow"].IsAsync("connection", "online");
        await using var console = await site.OpenAsync("slow");
        site.SlowLink.Fault = new LinkFault.Delay(TimeSpan.FromMilliseconds(25));
        try
        {
            var name = operation == "get" ? "Get a file…" : "Put a file…";
            await console.Button(name).ClickAsync();
            await console.Dialog.Locator("#source").FillAsync(operation == "get" ? remote : "page-put");
            await console.Dialog.Locator("#destination").FillAsync(operation == "get" ? "page-get" : remote);
            await console.Page.Keyboard.PressAsync("Enter");

            var card = console.Page.GetByRole(AriaRole.Article).Last;
            await Expect(card.GetByRole(AriaRole.Progressbar)).ToBeVisibleAsync();
            await Expect(card.Locator(".progress")).ToContainTextAsync("of 4.0 MiB");
            site.SlowLink.Fault = new LinkFault.None();
            await Expect(card).ToContainTextAsync("succeeded");
            await Expect(card).ToContainTextAsync("4.0 MiB");
            await Expect(card.GetByRole(AriaRole.Progressbar)).ToHaveCountAsync(0);
        }
        finally
        {
            site.SlowLink.Fault = new LinkFault.None();
        }

        new FileInfo(to).Length.ShouldBe(Size);
    }

    [ChromiumFact]
    public async Task Get_GivenAMissingFile_ShouldShowTheCause()
    {
        await using var console = await site.OpenAsync();

        await console.Button("Get a file…").ClickAsync();
        await console.Dialog.Locator("#source").FillAsync("/no/such/file");
        await console.Page.Keyboard.PressAsync("Enter");

        var card = console.Page.GetByRole(AriaRole.Article).Last;
        await Expect(card).ToContainTextAsync("failed");
        await Expect(card.Locator(".message")).ToContainTextAsync("No such file");
    }
}
