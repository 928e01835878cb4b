using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using SshMqttBridge.Common;

namespace SshMqttBridge.Tests.Unit.WebConsole;

/// <summary>
/// The front-end packages that are shipped are the packages': <c>scripts/vendor</c> has compared their hashes with npm's.
/// </summary>
public sealed class VendoredFilesTests
{
    private const string Folder = "wwwroot/vendor/";

    private static readonly Assembly Program = typeof(BridgeVersion).Assembly;

    [Fact]
    public void Files_GivenTheirListWithHashes_ShouldBeThoseAndNoOthers()
    {
        using var list = JsonDocument.Parse(Read(Folder + "vendor.json"));
        var listed = list
            .RootElement.EnumerateArray()
            .SelectMany(package => package.GetProperty("files").EnumerateArray())
            .ToDictionary(file => Folder + file.GetProperty("to").GetString(), file => file.GetProperty("sha256").GetString());

        var shipped = Program
            .GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && name != Folder + "vendor.json")
            .ToDictionary(name => name, name => Convert.ToHexStringLower(SHA256.HashData(Read(name))));

        shipped.ShouldBe(listed!, ignoreOrder: true);
    }

    [Fact]
    public void Notices_GivenTheListOfPackages_ShouldHaveEachWithItsLicence()
    {
        var notices = System.Text.Encoding.UTF8.GetString(Read("wwwroot/THIRD-PARTY-NOTICES.txt"));
        using var list = JsonDocument.Parse(Read(Folder + "vendor.json"));
        foreach (var package in list.RootElement.EnumerateArray())
        {
            notices.ShouldContain(
                $"{package.GetProperty("name")} {package.GetProperty("version")} ({package.GetProperty("license")})"
            );
            var licence = package
                .GetProperty("files")
                .EnumerateArray()
                .First(file => file.GetProperty("from").GetString() == "LICENSE");
            notices.ShouldContain(
                System.Text.Encoding.UTF8.GetString(Read(Folder + licence.GetProperty("to").GetString())).Trim()
            );
        }
    }

    [Fact]
    public void Scripts_GivenThePage_ShouldNeverTreatTextAsMarkup()
    {
        string[] forbidden =
        [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "dangerouslySet",
            "eval(",
            "Function(",
        ];
        var own = Program
            .GetManifestResourceNames()
            .Where(name => name.StartsWith("wwwroot/js/", StringComparison.Ordinal))
            .ToDictionary(name => name, name => System.Text.Encoding.UTF8.GetString(Read(name)));

        own.Count.ShouldBeGreaterThan(20);
        foreach (var (name, text) in own)
        {
            forbidden.Where(word => text.Contains(word, StringComparison.Ordinal)).ShouldBeEmpty(name);
        }
    }

    [Fact]
    public void ActionIcons_GivenThePagesList_ShouldBeShipped()
    {
        var script = System.Text.Encoding.UTF8.GetString(Read("wwwroot/js/views/icon.js"));
        var names = script.Split('`')[1].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

        names.Length.ShouldBeGreaterThan(50);
        names.ShouldBeSubsetOf(
            Program
                .GetManifestResourceNames()
                .Where(name => name.StartsWith(Folder + "mdi/", StringComparison.Ordinal))
                .Select(name => Path.GetFileNameWithoutExtension(name))
        );
    }

    private static byte[] Read(string name)
    {
        using var stream = Program.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
