namespace SshMqttBridge.Hosting.Verbs;

/// <summary>Asks questions on the terminal, or answers come from a pipe.</summary>
/// <param name="input">The answers, one on each line.</param>
/// <param name="output">The questions.</param>
/// <param name="readSecret">Reads an answer without showing it.</param>
internal sealed class Questions(TextReader input, TextWriter output, Func<string?> readSecret)
{
    /// <returns>Whether the answer is valid.</returns>
    public delegate bool Parse<T>(string text, out T? value)
        where T : class;

    public static Questions OnTerminal() =>
        new(Console.In, Console.Out, Console.IsInputRedirected ? Console.In.ReadLine : ReadHidden);

    /// <summary>Asks until the answer is valid.</summary>
    /// <param name="question">The question.</param>
    /// <param name="suggestion">The answer if nothing is entered; null: something must be.</param>
    /// <param name="parse">Reads the answer.</param>
    /// <exception cref="EndOfStreamException">There are no more answers.</exception>
    public T Ask<T>(string question, string? suggestion, Parse<T> parse)
        where T : class
    {
        while (true)
        {
            output.Write(suggestion is null ? $"{question}: " : $"{question} [{suggestion}]: ");
            var text = (input.ReadLine() ?? throw new EndOfStreamException()).Trim();
            if (parse(text.Length == 0 ? suggestion ?? "" : text, out var value) && value is not null)
            {
                return value;
            }

            output.WriteLine(text.Length == 0 ? "Please enter something." : $"'{text}' is not valid.");
        }
    }

    /// <summary>Asks for a password.</summary>
    /// <exception cref="EndOfStreamException">There are no more answers.</exception>
    public string AskSecret(string question)
    {
        output.Write($"{question}: ");
        var secret = readSecret() ?? throw new EndOfStreamException();
        output.WriteLine();
        return secret;
    }

    public void Say(string text) => output.WriteLine(text);

    private static string? ReadHidden()
    {
        List<char> letters = [];
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                letters.RemoveRange(Math.Max(0, letters.Count - 1), Math.Min(1, letters.Count));
            }
            else if (!char.IsControl(key.KeyChar))
            {
                letters.Add(key.KeyChar);
            }
        }

        return string.Concat(letters);
    }
}
