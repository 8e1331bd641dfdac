// Verifies a call with the public package standardwebhooks, as a receiver in JavaScript would. Takes {"secret", "headers", "body"} on
// standard input; says "verified", or what the package says against it and ends with 1.
const { Webhook } = require("standardwebhooks");

let text = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (chunk) => (text += chunk));
process.stdin.on("end", () => {
    const call = JSON.parse(text);
    try {
        new Webhook(call.secret).verify(call.body, call.headers);
        console.log("verified");
    } catch (error) {
        console.log(error.message);
        process.exitCode = 1;
    }
});
