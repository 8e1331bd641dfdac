namespace Helpdesk.SharedKernel.Secrets;

/// <summary>Secrets of the server in its data folder, each in a file that only its own account may read.</summary>
public static class SecretFile
{
    /// <summary>The file's text; made when there is none.</summary>
    /// <param name="dataFolder">The data folder; the file lies below it in <c>secrets</c>.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="make">What to write into a new one.</param>
    public static string ReadOrMake(string dataFolder, string name, Func<string> make)
    {
        var path = Path.Combine(dataFolder, "secrets", name);
        if (!File.Exists(path))
            Make(path, make());
        return File.ReadAllText(path);
    }

    /// <summary>Written aside and moved to its place: of two processes that start together, one's secret is the secret.</summary>
    private static void Make(string path, string secret)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var aside = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new StreamWriter(aside, options))
            file.Write(secret);
        try
        {
            File.Move(aside, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(aside);
        }
    }
}
