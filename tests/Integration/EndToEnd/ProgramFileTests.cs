using System.Buffers.Binary;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

/// <summary>The one native file that people get.</summary>
public sealed class ProgramFileTests
{
    // The C library's own files; linux-vdso is the kernel's.
    private static readonly string[] LibraryOfC = ["linux-vdso", "libc", "libm", "ld-linux-x86-64", "ld-linux-aarch64"];

    [ProgramFact("ldd")]
    public async Task Program_ShouldBeLinkedWithNothingButTheCLibrary()
    {
        var linked = await ChildProcess.RunAsync("ldd", BridgeProgram.Path);

        linked
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => Path.GetFileName(line.Split(' ')[0]).Split(".so")[0])
            .Except(LibraryOfC, StringComparer.Ordinal)
            .ShouldBeEmpty(linked);
    }

    [Fact]
    public void Program_ShouldBeTheOnlyFileInItsFolder()
    {
        var folder = Path.GetDirectoryName(BridgeProgram.Path)!;

        Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).ShouldBe(["SshMqttBridge"]);
    }

    /// <summary>Row 74: the programs built in this checkout before.</summary>
    [Fact]
    public void Programs_GivenEachTargetThatWasBuilt_ShouldBeForItsProcessor()
    {
        Dictionary<string, ushort> machines = new(StringComparer.Ordinal) { ["linux-x64"] = 62, ["linux-arm64"] = 183 };
        var built = machines
            .Select(target => (target.Value, File: Path.Combine(Repository.Root, "artifacts", target.Key, "SshMqttBridge")))
            .Where(target => File.Exists(target.File))
            .ToArray();

        built.ShouldNotBeEmpty();
        foreach (var (machine, file) in built)
        {
            MachineOf(file).ShouldBe(machine, file);
        }
    }

    private static ushort MachineOf(string file)
    {
        using var stream = File.OpenRead(file);
        var header = new byte[20];
        stream.ReadExactly(header);
        header[..4].ShouldBe([0x7f, (byte)'E', (byte)'L', (byte)'F']);
        return BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(18));
    }
}
