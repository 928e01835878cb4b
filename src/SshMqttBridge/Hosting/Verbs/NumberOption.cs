using System.CommandLine;

namespace SshMqttBridge.Hosting.Verbs;

/// <summary>Options that take a whole number.</summary>
internal static class NumberOption
{
    /// <summary>Adds an error that names the range when the value is not a number within it.</summary>
    public static Option<T> Within<T>(this Option<T> option, int minimum, int maximum = int.MaxValue)
    {
        option.Validators.Add(result =>
        {
            if (
                result.Tokens is [{ Value: var text }]
                && !(int.TryParse(text, out var number) && number >= minimum && number <= maximum)
            )
            {
                var range = maximum == int.MaxValue ? $"from {minimum}" : $"from {minimum} to {maximum}";
                result.AddError($"{option.Name} must be a whole number {range}.");
            }
        });
        return option;
    }
}
