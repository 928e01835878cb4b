using SshMqttBridge.Common;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>
/// Waits for the end of a command's output after its exit status: processes left in the background may hold it open.
/// </summary>
internal sealed class OutputDrain(SharedSession session, IRemoteProcess process, OutputPump pump, TimeProvider time)
{
    /// <summary>How long processes in the background may hold the output open after the exit status.</summary>
    public static readonly TimeSpan LingerTime = TimeSpan.FromSeconds(2);

    /// <summary>The usual time between the exit status and the end of output, which arrive together.</summary>
    private static readonly TimeSpan UsualGap = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// More than an adapter and the window of SSH hold: the output that arrived within the linger time and has not been read.
    /// </summary>
    private const long BufferedBytes = 8 << 20;

    private int _readsBefore;
    private bool _isWhole = true;

    /// <summary>
    /// Whether output still arrived when the linger time was over, so that some may be missing. Known when the pump has stopped.
    /// </summary>
    public bool IsCutOff => !_isWhole && !pump.HasEnded && pump.Reads > _readsBefore;

    /// <summary>Returns at the end of output, or when no more output arrives within the linger time.</summary>
    public async Task RunAsync(Task output, CancellationToken cancelled)
    {
        // Usually both have arrived together.
        if (!process.Exit.IsCompletedSuccessfully || output.IsCompletedSuccessfully)
        {
            return;
        }

        _readsBefore = pump.Reads;
        using Deadline deadline = new(LingerTime, time, cancelled);
        try
        {
            if (await Task.WhenAny(output, Task.Delay(UsualGap, time, deadline.Token)) != output)
            {
                await QuietAsync(output, deadline.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Output does not end: only what has arrived by now counts.
            _isWhole = false;
        }
        catch (SshConnectionException)
        {
            // Lost after the exit status: no more output will arrive. The result says so.
        }

        pump.LimitTo(BufferedBytes);
        while (!output.IsCompleted && !pump.IsWaiting && !cancelled.IsCancellationRequested)
        {
            await Task.WhenAny(output, Task.Delay(UsualGap, time, CancellationToken.None));
        }
    }

    /// <summary>
    /// Waits for two round trips in a row without output. All that the process wrote before its end has arrived by then, since
    /// the server reads its pipes each time.
    /// </summary>
    private async Task QuietAsync(Task output, CancellationToken cancellationToken)
    {
        for (var quiet = 0; quiet < 2 && !output.IsCompleted; )
        {
            var before = pump.Reads;
            await session.PingAsync(cancellationToken);
            if (!pump.IsWaiting)
            {
                await Task.WhenAny(output, Task.Delay(UsualGap, time, cancellationToken));
            }

            quiet = pump.Reads == before && pump.IsWaiting ? quiet + 1 : 0;
        }
    }
}
