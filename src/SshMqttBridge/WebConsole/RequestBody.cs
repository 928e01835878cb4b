using Microsoft.AspNetCore.Http;

namespace SshMqttBridge.WebConsole;

internal static class RequestBody
{
    /// <summary>Reads the whole body.</summary>
    /// <exception cref="BadHttpRequestException">It exceeds <paramref name="maximumBytes"/>, or cannot be read.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(this HttpRequest request, int maximumBytes)
    {
        if (request.ContentLength > maximumBytes)
        {
            throw TooLarge();
        }

        using var body = new MemoryStream();
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(request.HttpContext.RequestAborted);
            foreach (var part in read.Buffer)
            {
                body.Write(part.Span);
            }

            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (body.Length > maximumBytes)
            {
                throw TooLarge();
            }

            if (read.IsCompleted)
            {
                return body.ToArray();
            }
        }
    }

    private static BadHttpRequestException TooLarge() => new("too large", StatusCodes.Status413PayloadTooLarge);
}
