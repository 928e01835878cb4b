using FsCheck.Fluent;
using SshMqttBridge.Actions;
using SshMqttBridge.Tests.Unit.Common;

namespace SshMqttBridge.Tests.Unit.Actions;

/// <summary>
/// Any argument comes out of a real shell byte for byte, and never as syntax. Each shell that this machine has is asked;
/// /bin/sh must be there.
/// </summary>
public sealed class ShellVariableTests
{
    [Theory]
    [MemberData(nameof(Shells.Posix), MemberType = typeof(Shells))]
    public async Task Prefix_GivenAnyValues_ShouldGiveThemToARealShellByteForByte(string shell)
    {
        var some = Gen.Elements<string>([.. Shells.Pieces]).ArrayOf().Select(string.Concat).Sample(600, 30);
        var any = Gen.Choose(0x20, 0x2FFF)
            .Where(code => !char.IsControl((char)code))
            .Select(code => (char)code)
            .ArrayOf()
            .Select(characters => new string(characters))
            .Sample(600, 30);
        string[] values = ["", .. Shells.Pieces, .. Shells.Pieces.Select(piece => piece + piece), .. some, .. any];

        foreach (var batch in values.Chunk(Shells.ValuesALine))
        {
            var names = batch.Select((_, index) => $"v{index}").ToArray();
            var template = "printf '%s\\0' " + string.Join(' ', names.Select(name => $"\"${name}\""));

            var output = await Shells.OutputAsync(shell, ShellVariable.Prefix(template, names.Zip(batch)));

            output.Split('\0')[..^1].ShouldBe(batch);
        }

        File.Exists(Shells.Canary).ShouldBeFalse();
    }

    [Fact]
    public void Prefix_GivenNoValues_ShouldLeaveTheCommandAsItIs() =>
        ShellVariable.Prefix("uptime # 'x", []).ShouldBe("uptime # 'x");

    [Fact]
    public void Prefix_GivenValues_ShouldSetThemFirst() =>
        ShellVariable
            .Prefix("systemctl restart \"$service\"", [("service", "nginx"), ("wait", "5")])
            .ShouldBe("service='nginx'; wait='5'; systemctl restart \"$service\"");

    [Theory]
    [InlineData("service")]
    [InlineData("s")]
    [InlineData("a1_b")]
    public void Validate_GivenAName_ShouldAcceptIt(string name) => ShellVariableName.Validate(name).ShouldBeNull();

    [Theory]
    [InlineData("")]
    [InlineData("Service")]
    [InlineData("1a")]
    [InlineData("_a")]
    [InlineData("a-b")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("é")]
    [InlineData("path")]
    [InlineData("status")]
    [InlineData("argv")]
    [InlineData("histchars")]
    [InlineData("home")]
    [InlineData("dis_aliases")]
    [InlineData("PATH")]
    public void Validate_GivenAnInvalidOrReservedName_ShouldRefuseIt(string name) =>
        ShellVariableName.Validate(name).ShouldNotBeNull();
}
