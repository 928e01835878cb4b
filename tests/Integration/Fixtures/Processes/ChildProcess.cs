using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace SshMqttBridge.Tests.Integration.Fixtures.Processes;

/// <summary>
/// A program that a test runs beside itself. It dies with the test process, also when that crashes; its output is kept.
/// </summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    public const int HangUp = 1;
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Stop = 19;
    public const int Continue = 18;

    // The kernel kills a child when the thread that started it ends, so one thread starts them all and lives as long as the
    // process.
    private static readonly BlockingCollection<Action> Starts = [];
    private static readonly ConcurrentDictionary<int, ChildProcess> Running = new();
    private static readonly string? PdeathSig = FindProgram("setpriv");

    private readonly Process _process;
    private readonly List<string> _output = [];
    private readonly List<(Func<string, bool> Predicate, TaskCompletionSource Seen)> _waiters = [];

    static ChildProcess()
    {
        Thread starter = new(() =>
        {
            foreach (var start in Starts.GetConsumingEnumerable())
            {
                start();
            }
        })
        {
            IsBackground = true,
            Name = "starts child processes",
        };
        starter.Start();
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            foreach (var child in Running.Values)
            {
                child.SignalAll(Kill);
            }
        };
    }

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Once it has exited.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Of all processors.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>What it wrote so far, both streams.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    /// <summary>Starts a program, found in the path or in the folders of the system's daemons.</summary>
    public static async Task<ChildProcess> StartAsync(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null
    )
    {
        var path = FindProgram(program) ?? throw new FileNotFoundException($"{program} is not installed");
        ProcessStartInfo start = new()
        {
            FileName = PdeathSig ?? path,
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        string[] guard = PdeathSig is null ? [] : ["--pdeathsig", "KILL", "--", path];
        foreach (var argument in guard.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        // A program of .NET that is killed would leave its diagnostics' socket and pipes in the temporary folder.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach ((var name, var value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        TaskCompletionSource<Process> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (Exception exception)
            {
                started.SetException(exception);
            }
        });
        ChildProcess child = new(await started.Task);
        child._process.OutputDataReceived += (_, line) => child.Add(line.Data);
        child._process.ErrorDataReceived += (_, line) => child.Add(line.Data);
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        Running[child.Id] = child;
        return child;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it wrote.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        await using var child = await StartAsync(program, arguments);
        child._process.StandardInput.Close();
        await child._process.WaitForExitAsync();
        return child._process.ExitCode == 0
            ? child.Output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {child.Output}");
    }

    public static string? FindProgram(string name) =>
        Path.IsPathRooted(name)
            ? name
            : (Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(':')
                .Concat(["/usr/sbin", "/usr/local/sbin", "/sbin"])
                .Select(folder => Path.Combine(folder, name))
                .FirstOrDefault(File.Exists);

    /// <summary>Why a test that needs a program is skipped; null: the program is installed.</summary>
    public static string? WhyWithout(string program) => FindProgram(program) is null ? $"needs {program}" : null;

    /// <summary>Sends a signal to any process.</summary>
    public static void Signal(int process, int signal) => _ = kill(process, signal);

    /// <summary>Sends a signal to the process itself.</summary>
    public void Signal(int signal)
    {
        if (!_process.HasExited)
        {
            _ = kill(Id, signal);
        }
    }

    /// <summary>Sends a signal to the process and all that descend from it.</summary>
    public void SignalAll(int signal)
    {
        foreach (var descendant in Descendants())
        {
            _ = kill(descendant, signal);
        }

        Signal(signal);
    }

    /// <summary>Completes with the first line that fits, past or coming; false when the program ends without it.</summary>
    public async Task<bool> WaitForLineAsync(Func<string, bool> predicate)
    {
        TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_output)
        {
            if (_output.Any(predicate))
            {
                return true;
            }

            _waiters.Add((predicate, seen));
        }

        return await Task.WhenAny(seen.Task, _process.WaitForExitAsync()).WaitAsync(TimeSpan.FromSeconds(30)) == seen.Task;
    }

    public Task WaitForExitAsync() => _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));

    public async ValueTask DisposeAsync()
    {
        SignalAll(Kill);
        await WaitForExitAsync();
        Running.TryRemove(Id, out _);
        _process.Dispose();
    }

    /// <summary>The processes that descend from this one, as far as they did not cut loose.</summary>
    public IReadOnlyList<int> Descendants()
    {
        var children = Directory
            .EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)
            .ToLookup(ParentOf);
        List<int> found = [];
        Queue<int> open = new([Id]);
        while (open.TryDequeue(out var parent))
        {
            foreach (var child in children[parent])
            {
                found.Add(child);
                open.Enqueue(child);
            }
        }

        return found;
    }

    private static int ParentOf(int id)
    {
        try
        {
            // pid (name) state parent …; the name may hold anything.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
        }
        catch (IOException)
        {
            return -1;
        }
    }

    private void Add(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.Add(line);
            foreach (var waiter in _waiters.Where(waiter => waiter.Predicate(line)).ToArray())
            {
                _waiters.Remove(waiter);
                waiter.Seen.TrySetResult();
            }
        }
    }

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
