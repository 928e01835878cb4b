using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Faults;

/// <summary>
/// Rows 65 to 67: accounts for SFTP only, servers without a POSIX shell, and shells that print text before scp's answer.
/// </summary>
public sealed class ScpStartTests(BridgeWorld world) : IClassFixture<BridgeWorld>, IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Everyone =
        OwnerOnly
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Row65_GivenAnAccountForSftpOnly_ShouldSayThatScpIsNeeded()
    {
        await using var sshd = await SshdServer.StartNewAsync("ForceCommand internal-sftp\nSubsystem sftp internal-sftp");
        await using var bridge = await StartAsync(sshd);

        foreach (var report in await BothWaysAsync(bridge))
        {
            (report.Status, report.Reason).ShouldBe(("failed", "remote"), report.Json);
            report.Message!.ShouldContain("accepts only SFTP");
            report.Message!.ShouldContain("need scp");
            report.Message!.ShouldContain("This service allows sftp connections only.");
            report.Message!.ShouldNotContain("bashrc");
        }

        NothingHasChanged(bridge);
        sshd.CountInLog("Starting session").ShouldBe(2, "a transfer was tried twice");
    }

    /// <summary>The program of an SFTP server waits for SFTP and says nothing.</summary>
    [Fact]
    public async Task Row65_GivenAForcedCommandThatWaits_ShouldSayThatScpHasNotStarted()
    {
        await using var sshd = await SshdServer.StartNewAsync("ForceCommand cat >/dev/null");
        await using var bridge = await StartAsync(sshd, "transferTimeout: 1");

        foreach (var report in await BothWaysAsync(bridge))
        {
            (report.Status, report.Reason).ShouldBe(("failed", "stalled"), report.Json);
            report.Message!.ShouldContain("the server has not started scp");
        }

        NothingHasChanged(bridge);
    }

    [ScriptedSshFact]
    public async Task Row65_GivenAServerThatRefusesCommands_ShouldSayThatScpNeedsThem()
    {
        await using var server = await ScriptedSshServer.StartAsync();
        await using var bridge = await StartAsync(server, "noexec");

        foreach (var report in await BothWaysAsync(bridge))
        {
            (report.Status, report.Reason).ShouldBe(("rejected", "channel"), report.Json);
            report.Message!.ShouldContain("refused to run the command");
            report.Message!.ShouldContain("need scp");
            report.Message!.ShouldContain("only SFTP");
        }

        NothingHasChanged(bridge);
    }

    [ScriptedSshTheory]
    [InlineData("router")]
    [InlineData("statusless")]
    [InlineData("picky")]
    public async Task Row66_GivenAServerThatKnowsOnlyScp_ShouldCopyBothWays(string user)
    {
        await using var server = await ScriptedSshServer.StartAsync();
        await using var bridge = await StartAsync(server, user);
        await File.WriteAllTextAsync(_folder["running-config"], "interface lo");

        var put = await bridge["other"].SendAsync("put/set", $"source {_folder["startup-config"]}");
        var get = await bridge["other"].SendAsync("get/set", $"{_folder["running-config"]} copy");

        (put["put"], put.Status).ShouldBe(("5", "succeeded"), put.Json);
        (get["get"], get.Status).ShouldBe(("12", "succeeded"), get.Json);
        (await File.ReadAllTextAsync(_folder["startup-config"])).ShouldBe("12345");
        (await File.ReadAllTextAsync(bridge.Folder["files/copy"])).ShouldBe("interface lo");
        server.Log.ShouldContain("header C0600 source");
        server.Log.Count(line => line.StartsWith("ran scp ", StringComparison.Ordinal)).ShouldBe(2);
    }

    [ScriptedSshFact]
    public async Task Row66_GivenAPutThatFailsWithoutAShell_ShouldSayThatTheFileMayBeIncomplete()
    {
        await using var server = await ScriptedSshServer.StartAsync();
        await using var bridge = await StartAsync(server, "router");

        var report = await bridge["other"].SendAsync("put/set", $"source {_folder["full"]}");

        (report["put"], report.Status, report.Reason).ShouldBe(("error", "failed", "remote"), report.Json);
        report.Message!.ShouldContain("no space left on flash:");
        report.Message!.ShouldContain("may be incomplete");
    }

    [ScriptedSshFact]
    public async Task Row66_GivenANameThatNeedsQuotesWithoutAShell_ShouldRefuseIt()
    {
        await using var server = await ScriptedSshServer.StartAsync();
        await using var bridge = await StartAsync(server, "router");

        foreach (var name in (string[])["two words", "a;reboot", "$x", "a|b", "*", "it's"])
        {
            var report = await bridge["other"].SendAsync("put/set", $"source \"{_folder[name]}\"");

            (report["put"], report.Status, report.Reason).ShouldBe(("error", "failed", "remote"), report.Json);
            report.Message!.ShouldContain("only letters, digits");
        }

        server.Log.ShouldNotContain(line => line.StartsWith("ran scp ", StringComparison.Ordinal));
    }

    [ScriptedSshFact]
    public async Task Row66_GivenNeitherAShellNorScp_ShouldNameBothWithTheServersAnswers()
    {
        await using var server = await ScriptedSshServer.StartAsync();
        await using var bridge = await StartAsync(server, "bare");

        foreach (var report in await BothWaysAsync(bridge))
        {
            (report.Status, report.Reason).ShouldBe(("failed", "remote"), report.Json);
            report.Message!.ShouldContain("neither a POSIX shell ('% Unknown command'");
            report.Message!.ShouldContain("nor scp ('% Unknown command'");
        }

        NothingHasChanged(bridge);
    }

    /// <summary>With sh in its PATH, rbash refuses only exec; without, it is no POSIX shell for the bridge.</summary>
    [RootFact]
    public async Task Row66_GivenARestrictedShell_ShouldUseWhatItsPathContains()
    {
        await using var user = await TemporaryUser.CreateAsync("/bin/rbash");
        string[] tools = ["ls", "rm", "mv", "chmod"];

        var full = await WithProgramsAsync(user, ["scp", "sh", .. tools]);
        var withoutShell = await WithProgramsAsync(user, ["scp", .. tools]);
        var withoutScp = await WithProgramsAsync(user, ["sh", .. tools]);
        var withoutBoth = await WithProgramsAsync(user, tools);

        full.ShouldAllBe(report => report.Status == "succeeded");
        withoutShell.ShouldAllBe(report => report.Status == "succeeded");
        withoutScp.ShouldAllBe(report => report.Message!.Contains("scp not found on the server"));
        withoutBoth.ShouldAllBe(report =>
            report.Message!.Contains("neither a POSIX shell") && report.Message!.Contains("nor scp")
        );
    }

    [Theory]
    [InlineData("fish")]
    [InlineData("tcsh")]
    [InlineData("rbash")]
    [InlineData("busybox sh")]
    public async Task Row66_GivenAnotherShell_ShouldReplaceTheFileAsAlways(string shell)
    {
        if (ChildProcess.FindProgram(shell.Split(' ')[0]) is null)
        {
            return; // Not on this machine.
        }

        await using var sshd = await SshdServer.StartNewAsync($"ForceCommand exec {shell} -c \"$SSH_ORIGINAL_COMMAND\"");
        await using var bridge = await StartAsync(sshd);
        var name = _folder.Write("it's $x", "old", Everyone);

        var put = await bridge["other"].SendAsync("put/set", $"source \"{name}\"");
        var get = await bridge["other"].SendAsync("get/set", $"\"{name}\" copy");

        (put.Status, get.Status).ShouldBe(("succeeded", "succeeded"), put.Json + get.Json);
        (await File.ReadAllTextAsync(bridge.Folder["files/copy"])).ShouldBe("12345");
        File.GetUnixFileMode(name).ShouldBe(OwnerOnly);
    }

    /// <summary>A forced command may have done anything: only a refusal is a reason for a second attempt.</summary>
    [Theory]
    [InlineData("exit 0")]
    [InlineData("exit 1")]
    [InlineData("echo done; exit 0")]
    [InlineData("kill -9 $$")]
    public async Task Row66_GivenAForcedCommand_ShouldRunItOnce(string end)
    {
        await using var sshd = await SshdServer.StartNewAsync($"ForceCommand echo x >>{_folder["runs"]}; {end}");
        await using var bridge = await StartAsync(sshd);

        foreach (var report in await BothWaysAsync(bridge))
        {
            (report.Status, report.Reason).ShouldBe(("failed", "remote"), report.Json);
            report.Message!.ShouldContain("did not run the command of the transfer");
        }

        (await File.ReadAllLinesAsync(_folder["runs"])).Length.ShouldBe(2);
        NothingHasChanged(bridge);
    }

    [Theory]
    [InlineData(@"\000", @"'\x00'")]
    [InlineData(@"\000\000\000", @"'\x00\x00\x00'")]
    [InlineData(@"\001", @"'\x01'")]
    [InlineData(@"\001warning\n", "warning")]
    [InlineData(@"\002", @"'\x02'")]
    [InlineData(@"\002fatal\n", "fatal")]
    [InlineData(@"C0644 5 a\n", "'C0644 5 a'")]
    [InlineData(@"C0644 5 a\nwrong\000", @"'C0644 5 a wrong\x00'")]
    [InlineData(@"T1 0 1 0\nC0644 0 a\n\000", "'T1 0 1 0")]
    [InlineData(@"E\n", "'E'")]
    [InlineData(@"0", "'0'")]
    [InlineData(@"no line end", "'no line end'")]
    [InlineData(@"\n", "''")]
    [InlineData(@"\377\376\033[2J", @"\x1b[2J")]
    public async Task Row67_GivenTextBeforeTheAnswer_ShouldReportItAndWriteNothing(string printed, string words)
    {
        await using var sshd = await SshdServer.StartNewAsync($"ForceCommand printf '{printed}'; eval \"$SSH_ORIGINAL_COMMAND\"");
        await using var bridge = await StartAsync(sshd);

        foreach (var report in await BothWaysAsync(bridge))
        {
            (report.Status, report.Reason).ShouldBe(("failed", "remote"), report.Json);
            report.Message!.ShouldContain("text before scp's answer");
            report.Message!.ShouldContain(words);
        }

        NothingHasChanged(bridge);
    }

    [Fact]
    public async Task Row67_GivenMegabytesBeforeTheAnswer_ShouldReportTheirBeginning()
    {
        await using var sshd = await SshdServer.StartNewAsync(
            "ForceCommand head -c 3000000 /dev/zero | tr '\\000' x; eval \"$SSH_ORIGINAL_COMMAND\""
        );
        await using var bridge = await StartAsync(sshd);

        foreach (var report in await BothWaysAsync(bridge))
        {
            (report.Status, report.Reason).ShouldBe(("failed", "remote"), report.Json);
            report.Message!.ShouldContain("text before scp's answer: 'xxx");
            report.Message!.Length.ShouldBeLessThan(500);
        }

        NothingHasChanged(bridge);
    }

    private Task<BridgeHost> StartAsync(SshdServer sshd, params string[] settings) =>
        PrepareAsync(world.Yaml().Server("other", sshd, settings));

    private Task<BridgeHost> StartAsync(ScriptedSshServer server, string user) =>
        PrepareAsync(
            world.Yaml().Server("other", "host: 127.0.0.1", $"port: {server.Port}", $"user: {user}", "password: unused")
        );

    private async Task<BridgeHost> PrepareAsync(BridgeYaml yaml)
    {
        var bridge = await world.StartAsync(yaml);
        await File.WriteAllTextAsync(bridge.Folder["files/source"], "12345");
        await File.WriteAllTextAsync(bridge.Folder["files/old"], "old");
        await File.WriteAllTextAsync(_folder["old"], "old");
        return bridge;
    }

    private async Task<IReadOnlyList<CommandReport>> BothWaysAsync(BridgeHost bridge) =>
        [
            await bridge["other"].SendAsync("get/set", $"{_folder["old"]} old"),
            await bridge["other"].SendAsync("put/set", $"source {_folder["old"]}"),
        ];

    private void NothingHasChanged(BridgeHost bridge)
    {
        var files = bridge.Folder["files"];
        Directory.GetFileSystemEntries(files).Select(Path.GetFileName).ShouldBe(["old", "source"], ignoreOrder: true);
        File.ReadAllText(Path.Combine(files, "old")).ShouldBe("old");
        File.ReadAllText(_folder["old"]).ShouldBe("old");
        Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).ShouldBeSubsetOf(["old", "runs"]);
    }

    /// <summary>Both transfers of a user of rbash with only these programs in its PATH.</summary>
    private async Task<IReadOnlyList<CommandReport>> WithProgramsAsync(TemporaryUser user, string[] programs)
    {
        using TemporaryFolder folder = new();
        var bin = Directory.CreateDirectory(folder["bin"]).FullName;
        foreach (var program in programs)
        {
            File.CreateSymbolicLink(Path.Combine(bin, program), ChildProcess.FindProgram(program)!);
        }

        var remote = folder.Write("remote/old", "old", Everyone);
        foreach (var path in (string[])[folder.Path, bin, Path.GetDirectoryName(remote)!])
        {
            File.SetUnixFileMode(path, Everyone);
        }

        await using var sshd = await SshdServer.StartNewAsync($"SetEnv PATH={bin} HOME=/");
        await using var bridge = await StartAsync(sshd, $"user: {user.Name}");
        var put = await bridge["other"].SendAsync("put/set", $"source {remote}");
        var get = await bridge["other"].SendAsync("get/set", $"{remote} copy");
        var hasScp = programs.Contains("scp");
        (await File.ReadAllTextAsync(remote)).ShouldBe(hasScp ? "12345" : "old", put.Json);
        // scp -t keeps the mode of a file that exists; the script replaces the file.
        var isReplaced = hasScp && programs.Contains("sh");
        File.GetUnixFileMode(remote).ShouldBe(isReplaced ? OwnerOnly : Everyone);
        File.Exists(bridge.Folder["files/copy"]).ShouldBe(hasScp, get.Json);
        return [put, get];
    }
}
