using System.Text;

namespace SshMqttBridge.Client;

/// <summary>Standard output and standard error of the client.</summary>
/// <param name="isTerminal">Whether standard error is a terminal: then a line with progress overwrites the previous one.</param>
internal sealed class ClientOutput(Stream output, Stream error, bool isTerminal)
{
    private readonly LiveStream _liveOutput = new();
    private readonly LiveStream _liveError = new();
    private bool _isInProgressLine;

    public bool IsTerminal => isTerminal;

    /// <summary>Prints a message of the client to standard error.</summary>
    public void Warn(string message) => WriteError($"ssh-mqtt: {message}\n");

    /// <summary>Prints to standard output.</summary>
    public void Write(string text)
    {
        EndProgressLine();
        Write(output, text);
    }

    /// <summary>Prints to standard error.</summary>
    public void WriteError(string text)
    {
        EndProgressLine();
        Write(error, text);
    }

    /// <summary>Prints output of a running command, if it continues what was printed.</summary>
    public void Write(LivePiece piece)
    {
        if (!(piece.IsStandardError ? _liveError : _liveOutput).Continues(piece.Offset, piece.Text))
        {
            return;
        }

        if (piece.IsStandardError)
        {
            WriteError(piece.Text);
        }
        else
        {
            Write(piece.Text);
        }
    }

    /// <summary>Prints the output of a command that was not printed while it ran, and why it has no exit status.</summary>
    public void Write(CommandAnswer answer)
    {
        Write(_liveOutput.RestOf(answer.Out));
        WriteError(_liveError.RestOf(answer.Err));
        if (answer.IsTruncated && !(_liveOutput.IsWhole(answer.OutBytes) && _liveError.IsWhole(answer.ErrBytes)))
        {
            Warn("some of the output was dropped (maxOutputBytes)");
        }

        if (answer.Explanation is { } explanation)
        {
            Warn(explanation);
        }
    }

    public void ShowProgress(string text)
    {
        Write(error, isTerminal ? $"\r{text}\e[K" : text + "\n");
        _isInProgressLine = isTerminal;
    }

    private void EndProgressLine()
    {
        if (_isInProgressLine)
        {
            _isInProgressLine = false;
            Write(error, "\n");
        }
    }

    private static void Write(Stream stream, string text)
    {
        try
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (IOException)
        {
            // Nobody reads it; the exit status is still that of the command.
        }
    }
}
