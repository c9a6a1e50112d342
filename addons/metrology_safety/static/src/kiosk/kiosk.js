/* The badge page at a door: plain script, no framework, works on any tablet. */
(() => {
    const page = document.querySelector(".o_metrology_kiosk");
    const badge = page.querySelector("[name=badge]");
    const escort = page.querySelector("[name=escort]");
    const purpose = page.querySelector("[name=purpose]");
    const answer = page.querySelector(".o_kiosk_answer");
    const clock = page.querySelector(".o_kiosk_clock");
    const count = page.querySelector(".o_kiosk_inside");
    let direction = "in";
    let timer = 0;

    const tick = () => {
        clock.textContent = new Date().toLocaleTimeString(page.dataset.lang, {
            hour: "2-digit",
            minute: "2-digit",
        });
    };
    tick();
    setInterval(tick, 5000);

    page.querySelectorAll("[data-direction]").forEach((button) =>
        button.addEventListener("click", () => {
            direction = button.dataset.direction;
            page.querySelectorAll("[data-direction]").forEach((one) =>
                one.classList.toggle("o_chosen", one === button),
            );
            page.classList.toggle("o_kiosk_out", direction === "out");
            badge.focus();
        }),
    );

    const show = (kind, text) => {
        answer.className = `o_kiosk_answer o_kiosk_${kind}`;
        answer.textContent = text;
        clearTimeout(timer);
        timer = setTimeout(() => {
            answer.className = "o_kiosk_answer";
            answer.textContent = "";
        }, 6000);
    };

    page.querySelector("form").addEventListener("submit", async (ev) => {
        ev.preventDefault();
        const code = badge.value.trim();
        if (!code) {
            return;
        }
        badge.value = "";
        try {
            const response = await fetch(page.dataset.url, {
                method: "POST",
                headers: {"Content-Type": "application/json"},
                body: JSON.stringify({
                    jsonrpc: "2.0",
                    params: {
                        badge: code,
                        direction,
                        purpose: purpose.value,
                        escort: escort.value.trim(),
                    },
                }),
            });
            const {result, error} = await response.json();
            if (error) {
                throw new Error(error.message);
            }
            show(result.granted ? "granted" : "denied", result.message);
            count.textContent = result.inside;
        } catch {
            show("denied", page.dataset.offline);
        }
        escort.value = "";
        purpose.value = "";
        badge.focus();
    });
    badge.focus();
})();
