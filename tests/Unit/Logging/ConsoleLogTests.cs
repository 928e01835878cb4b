using System.Text;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Logging;

namespace SshMqttBridge.Tests.Unit.Logging;

public sealed class ConsoleLogTests : IDisposable
{
    private static readonly Action<ILogger, string, Exception?> Say = LoggerMessage.Define<string>(
        LogLevel.Warning,
        new EventId(12),
        "said {What}"
    );
    private static readonly Action<ILogger, Exception?> Mention = LoggerMessage.Define(
        LogLevel.Information,
        new EventId(13),
        "mentioned"
    );

    private readonly MemoryStream _output = new();
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Log_GivenAMessage_ShouldWriteOneLineWithTimeLevelCategoryAndEvent()
    {
        Say(Log().CreateLogger("A.B"), "this", null);

        Text.ShouldBe($"{_time.GetLocalNow():yyyy-MM-dd HH:mm:ss.fff} warn: A.B[12] said this\n");
    }

    [Fact]
    public void Log_GivenTheJournalReadsIt_ShouldBeginWithItsLevelAndNoTime()
    {
        Say(Log(isJournal: true).CreateLogger("A.B"), "this", null);

        Text.ShouldBe("<4>A.B[12] said this\n");
    }

    [Fact]
    public void Log_GivenLineEndsInTheMessageAndAnException_ShouldStillBeOneLine()
    {
        Say(Log(isJournal: true).CreateLogger("A"), "one\ntwo\r\nthree", new InvalidOperationException("four\nfive"));

        Text.ShouldBe("<4>A[12] said one two three System.InvalidOperationException: four five\n");
    }

    [Fact]
    public void Log_GivenLessThanTheMinimum_ShouldWriteNothing()
    {
        Mention(Log(LogLevel.Warning).CreateLogger("A"), null);

        Text.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel")]
    [InlineData("Microsoft.Extensions.Hosting.Internal.Host")]
    public void Log_GivenTheFrameworkChats_ShouldWriteNothing(string category)
    {
        Mention(Log(LogLevel.Trace).CreateLogger(category), null);

        Text.ShouldBeEmpty();
    }

    [Fact]
    public void Log_GivenAnOutputThatFails_ShouldNotThrow()
    {
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

        Say(new ConsoleLog(full, LogLevel.Information, false, _time).CreateLogger("A"), "this", null);
    }

    private string Text => Encoding.UTF8.GetString(_output.ToArray());

    private ConsoleLog Log(LogLevel minimum = LogLevel.Information, bool isJournal = false) =>
        new(_output, minimum, isJournal, _time);
}
