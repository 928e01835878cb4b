using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SshMqttBridge.Tests.Integration.Fixtures;

/// <summary>A program of the mosquitto packages, which dies with the test process, also when that crashes.</summary>
internal sealed partial class MosquittoProcess : IAsyncDisposable
{
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    // The kernel kills a child when the thread that started it ends, so one thread starts them all and lives as long as the process.
    private static readonly BlockingCollection<Action> Starts = [];
    private static readonly ConcurrentDictionary<int, MosquittoProcess> Running = new();

    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly List<(Func<string, bool> Predicate, TaskCompletionSource Seen)> _waiters = [];

    static MosquittoProcess()
    {
        new Thread(() =>
        {
            foreach (var start in Starts.GetConsumingEnumerable())
            {
                start();
            }
        })
        {
            IsBackground = true,
            Name = "starts mosquitto",
        }.Start();
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            foreach (var process in Running.Values)
            {
                process.Signal(Kill);
            }
        };
    }

    private MosquittoProcess(Process process) => _process = process;

    public bool HasExited => _process.HasExited;

    /// <summary>What it wrote, both streams.</summary>
    public string Output
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    public static async Task<MosquittoProcess> StartAsync(string program, params string[] arguments)
    {
        var setpriv = Find("setpriv");
        var path = Find(program) ?? throw new FileNotFoundException($"{program} is not installed");
        var start = new ProcessStartInfo(setpriv ?? path)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        string[] guard = setpriv is null ? [] : ["--pdeathsig", "KILL", "--", path];
        foreach (var argument in guard.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        });
        var process = new MosquittoProcess(await started.Task);
        process._process.OutputDataReceived += (_, line) => process.Add(line.Data);
        process._process.ErrorDataReceived += (_, line) => process.Add(line.Data);
        process._process.BeginOutputReadLine();
        process._process.BeginErrorReadLine();
        Running[process._process.Id] = process;
        return process;
    }

    /// <summary>Runs a program to its end, and fails if it failed.</summary>
    public static async Task RunAsync(string program, params string[] arguments)
    {
        await using var process = await StartAsync(program, arguments);
        await process.WaitForExitAsync();
        if (process._process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program}: {process.Output}");
        }
    }

    /// <summary>Completes with the first line that fits, past or coming; false when the program ends without it.</summary>
    public async Task<bool> WaitForLineAsync(Func<string, bool> predicate)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lines)
        {
            if (_lines.Any(predicate))
            {
                return true;
            }

            _waiters.Add((predicate, seen));
        }

        return await Task.WhenAny(seen.Task, _process.WaitForExitAsync()).WaitAsync(TimeSpan.FromSeconds(30)) == seen.Task;
    }

    public void Signal(int signal)
    {
        if (!_process.HasExited)
        {
            _ = SendSignal(_process.Id, signal);
        }
    }

    public Task WaitForExitAsync() => _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));

    public async ValueTask DisposeAsync()
    {
        Signal(Kill);
        await WaitForExitAsync();
        Running.TryRemove(_process.Id, out _);
        _process.Dispose();
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Concat(["/usr/sbin", "/usr/local/sbin", "/sbin"])
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private void Add(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lines)
        {
            _lines.Add(line);
            foreach (var waiter in _waiters.Where(waiter => waiter.Predicate(line)).ToArray())
            {
                _waiters.Remove(waiter);
                waiter.Seen.TrySetResult();
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
