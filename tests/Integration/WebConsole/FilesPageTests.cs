using Microsoft.Playwright;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using static Microsoft.Playwright.Assertions;

namespace SshMqttBridge.Tests.Integration.WebConsole;

/// <summary>Files between the browser, the bridge and its servers.</summary>
[Collection(ConsoleTests.Name)]
public sealed class FilesPageTests(ConsoleSite site)
{
    /// <summary>The elements that are not completely inside the dialog.</summary>
    private const string TooWide = """
        dialog => [...dialog.querySelectorAll("*")]
          .filter(element => element.getBoundingClientRect().right > dialog.getBoundingClientRect().left + dialog.clientWidth + 1)
          .map(element => element.outerHTML)
        """;

    [ChromiumFact]
    public async Task Files_GivenAFile_ShouldUploadItAndDownloadItAgain()
    {
        Directory.CreateDirectory(site.Bridge.Folder["files/inner folder"]);
        await using var console = await site.OpenAsync();

        await console.Button("Files").ClickAsync();
        await console.Button("inner folder/").ClickAsync();
        await Expect(console.Dialog.GetByRole(AriaRole.Heading, new() { Name = "inner folder/" })).ToBeFocusedAsync();
        await ChooseAsync(console, "#new-file", "naïve #1.txt", "content of the file");
        await console.Button("Upload").ClickAsync();

        await Expect(console.Dialog.Locator(".files")).ToContainTextAsync("naïve #1.txt");
        (await File.ReadAllTextAsync(site.Bridge.Folder["files/inner folder/naïve #1.txt"])).ShouldBe("content of the file");
        var download = await console.Page.RunAndWaitForDownloadAsync(() => console.Button("Download naïve #1.txt").ClickAsync());
        download.SuggestedFilename.ShouldBe("naïve #1.txt");
        (await File.ReadAllTextAsync(await download.PathAsync())).ShouldBe("content of the file");

        await console.Button("Up one folder").ClickAsync();
        await Expect(console.Dialog.GetByRole(AriaRole.Heading, new() { Name = "Base directory" })).ToBeVisibleAsync();
        await Expect(console.Button("inner folder/")).ToBeVisibleAsync();
    }

    [ChromiumFact]
    public async Task Files_GivenAnExistingFile_ShouldAskBeforeReplacingIt()
    {
        await File.WriteAllTextAsync(site.Bridge.Folder["files/asked"], "old");
        await using var console = await site.OpenAsync();

        await console.Button("Files").ClickAsync();
        await ChooseAsync(console, "#new-file", "asked", "new");
        await console.Button("Upload").ClickAsync();
        await Expect(console.Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("'asked' exists on the bridge already");
        (await File.ReadAllTextAsync(site.Bridge.Folder["files/asked"])).ShouldBe("old");

        await console.Button("Replace").ClickAsync();
        await Expect(console.Dialog.Locator("button.primary")).ToHaveTextAsync("Upload");
        (await File.ReadAllTextAsync(site.Bridge.Folder["files/asked"])).ShouldBe("new");
    }

    [ChromiumFact]
    public async Task Put_GivenAFileOfTheBrowser_ShouldUploadItFirst()
    {
        await using var console = await site.OpenAsync();

        await console.Button("Put a file…").ClickAsync();
        await ChooseAsync(console, "#upload", "through.txt", "all the way");
        await Expect(console.Dialog.Locator("#source")).ToHaveValueAsync("through.txt");
        await console.Dialog.Locator("#destination").FillAsync(site.Sshd.Folder["arrived.txt"]);
        await console.Button("Upload and put").ClickAsync();

        var card = console.Page.GetByRole(AriaRole.Article).Filter(new() { HasText = "arrived.txt" });
        await Expect(card).ToContainTextAsync("succeeded");
        (await File.ReadAllTextAsync(site.Sshd.Folder["arrived.txt"])).ShouldBe("all the way");
        await Expect(console.Dialog).ToHaveCountAsync(0);
    }

    [ChromiumFact]
    public async Task Get_GivenTheChoice_ShouldDownloadTheFileWhenItIsOnTheBridge()
    {
        await File.WriteAllTextAsync(site.Sshd.Folder["report.txt"], "from the server");
        await using var console = await site.OpenAsync();

        await console.Button("Get a file…").ClickAsync();
        await console.Dialog.Locator("#source").FillAsync(site.Sshd.Folder["report.txt"]);
        await console.Page.GetByLabel("Then download it in this browser").CheckAsync();
        var download = await console.Page.RunAndWaitForDownloadAsync(() => console.Page.Keyboard.PressAsync("Enter"));

        (await File.ReadAllTextAsync(await download.PathAsync())).ShouldBe("from the server");
        var card = console.Page.GetByRole(AriaRole.Article).Last;
        var again = await console.Page.RunAndWaitForDownloadAsync(() =>
            card.GetByRole(AriaRole.Button, new() { Name = "Download" }).ClickAsync()
        );
        again.SuggestedFilename.ShouldBe("report.txt");
    }

    [ChromiumFact]
    public async Task Put_GivenFilesOnTheBridge_ShouldOfferTheirNames()
    {
        Directory.CreateDirectory(site.Bridge.Folder["files/offered"]);
        await File.WriteAllTextAsync(site.Bridge.Folder["files/offered/one.txt"], "");
        await using var console = await site.OpenAsync();

        await console.Button("Put a file…").ClickAsync();
        await Expect(console.Dialog.Locator("datalist option[value='offered/']")).ToHaveCountAsync(1);
        await console.Dialog.Locator("#source").FillAsync("offered/");
        await Expect(console.Dialog.Locator("datalist option[value='offered/one.txt']")).ToHaveCountAsync(1);
    }

    [ChromiumFact]
    public async Task Upload_GivenALargeFile_ShouldShowItsProgressAndBeCancelled()
    {
        await using FaultProxy slow = new(new Uri(site.Address).Port)
        {
            Fault = new LinkFault.Delay(TimeSpan.FromMilliseconds(25)),
        };
        await using var console = await site.OpenNewAsync(address: $"http://127.0.0.1:{slow.Port}/");
        await console.SignInAsync(site.Token);

        await console.Button("Files").ClickAsync();
        await console
            .Dialog.Locator("#new-file")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "slow",
                    MimeType = "text/plain",
                    Buffer = new byte[20 << 20],
                }
            );
        await console.Button("Upload").ClickAsync();
        await Expect(console.Dialog.GetByRole(AriaRole.Progressbar)).ToBeVisibleAsync();
        await Expect(console.Dialog.Locator(".progress")).ToContainTextAsync("of 20.0 MiB");
        await console.Button("Cancel the upload").ClickAsync();

        await Expect(console.Dialog.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The upload was cancelled.");
        await Expect(console.Dialog.GetByRole(AriaRole.Progressbar)).ToHaveCountAsync(0);
        File.Exists(site.Bridge.Folder["files/slow"]).ShouldBeFalse();
    }

    [ChromiumTheory]
    [InlineData(320, 256)]
    [InlineData(360, 740)]
    public async Task Dialogs_GivenASmallWindow_ShouldBeUsable(int width, int height)
    {
        await File.WriteAllTextAsync(site.Bridge.Folder["files/" + new string('n', 80)], "");
        await using var console = await site.OpenAsync(
            options: new()
            {
                ViewportSize = new() { Width = width, Height = height },
            }
        );

        foreach (var name in (string[])["Files", "Put a file…", "Get a file…"])
        {
            await console.OpenDialogAsync(name);
            (await console.ExcessWidthAsync()).ShouldBeLessThanOrEqualTo(0);
            (await console.Dialog.EvaluateAsync<string[]>(TooWide)).ShouldBeEmpty();
            await AppearanceTests.CheckAsync(console);
            await console.CloseDialogAsync();
        }
    }

    private static Task ChooseAsync(ConsolePage console, string input, string name, string content) =>
        console
            .Dialog.Locator(input)
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = name,
                    MimeType = "text/plain",
                    Buffer = System.Text.Encoding.UTF8.GetBytes(content),
                }
            );
}
