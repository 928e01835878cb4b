using Microsoft.Extensions.Logging;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Servers;

namespace SshMqttBridge.Hosting;

/// <summary>
/// Reports failures of the bridge's own files in the log and on <c>ssh/bridge/error</c>, and their recovery in the log.
/// </summary>
internal sealed partial class StorageNotices(ResultPublisher publisher, ILogger<StorageNotices> logger)
{
    public void Report(StorageNotice notice)
    {
        if (notice.IsGood)
        {
            LogRecovered(notice.Message);
            return;
        }

        LogFailed(notice.Message);
        publisher.PublishError(Reasons.Local, notice.Message, null);
    }

    [LoggerMessage(7, LogLevel.Information, "Storage recovered: {Notice}")]
    private partial void LogRecovered(string notice);

    [LoggerMessage(8, LogLevel.Warning, "Storage failure: {Notice}")]
    private partial void LogFailed(string notice);
}
