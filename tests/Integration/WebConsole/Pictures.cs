using Microsoft.Playwright;

namespace SshMqttBridge.Tests.Integration.WebConsole;

/// <summary>Writes the pictures of the documentation.</summary>
internal static class Pictures
{
    /// <param name="page">What the picture shows.</param>
    /// <param name="name">Its file's name in <see cref="ScreenshotFactAttribute.Folder"/>, without <c>.png</c>.</param>
    public static Task SaveAsync(this IPage page, string name) =>
        page.ScreenshotAsync(
            new()
            {
                Path = Path.Combine(ScreenshotFactAttribute.Folder!, $"{name}.png"),
                Animations = ScreenshotAnimations.Disabled,
            }
        );
}
